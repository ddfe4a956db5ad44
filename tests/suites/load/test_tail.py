"""Following a file that grows."""

from __future__ import annotations

from pathlib import Path

from suites.load.tail import Tail


def test_whole_lines_come_as_soon_as_they_are_there_and_only_once(tmp_path: Path) -> None:
    path = tmp_path / "stream"
    tail = Tail(path)
    assert list(tail.lines()) == []
    path.write_bytes(b"eins\nzw")
    assert list(tail.lines()) == ["eins\n"]
    with path.open("ab") as file:
        file.write("ölf\nd".encode()[:2])
    assert list(tail.lines()) == []
    with path.open("ab") as file:
        file.write("ölf\nd".encode()[2:])
    assert list(tail.lines()) == ["zwölf\n"]
    assert list(tail.lines(ended=True)) == ["d"]


def test_a_character_cut_in_two_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "stream"
    path.write_bytes("ö\n".encode()[:1])
    tail = Tail(path)
    assert list(tail.lines()) == []
    path.write_bytes("ö\n".encode())
    assert list(tail.lines(ended=True)) == ["ö\n"]


def test_the_last_line_of_a_killed_writer_has_no_end(tmp_path: Path) -> None:
    path = tmp_path / "stream"
    path.write_text('{"kind":"summ')
    assert list(Tail(path).lines(ended=True)) == ['{"kind":"summ']
    assert list(Tail(path).lines()) == []
