"""The run folder: what is written, what is read back, and what a changed byte does."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from harness.cli.rejudge import check_raw, judge_folder
from harness.judge.run import judge_run
from harness.model.errors import RunFolderError, UsageError
from harness.model.observation import Observation
from harness.store.folder import RunFolder, find_run, record_bytes
from harness.store.manifest import verify_manifest
from harness.store.reader import RunReader
from tests.builders import ERRORS, around, check, errors, expectation, latencies, plan, scenario

PLAN = plan(scenario(expectation(), expectation(ERRORS, "ratio", "== 0")))
LINES = around(check(), errors(0, 10), latencies([0.1, 0.2]))


def written(runs: Path, lines: list[Observation] = LINES, run_id: str = PLAN.run_id) -> Path:
    """A sealed run folder."""
    planned = PLAN.model_copy(update={"run_id": run_id})
    folder = RunFolder.create(runs, planned)
    (folder.evidence / "note.txt").write_text("seen\n")
    for line in lines:
        folder.append(line)
    folder.write_record(judge_run(planned, lines))
    folder.seal()
    return folder.path


def test_what_was_written_is_read_back_exactly(tmp_path: Path) -> None:
    reader = RunReader(written(tmp_path))
    assert reader.plan == PLAN
    assert list(reader.observations()) == LINES
    assert reader.record == judge_run(PLAN, LINES)
    assert reader.evidence_files() == ["evidence/note.txt"]


def test_an_observation_is_on_disk_when_append_returns(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, PLAN)
    folder.append(check())
    on_disk = list(RunReader(folder.path).observations())
    folder.close()
    assert on_disk == [check()]


def test_a_copied_folder_gives_the_same_bytes_of_verdict(tmp_path: Path) -> None:
    original = written(tmp_path / "here")
    copy = Path(shutil.copytree(original, tmp_path / "elsewhere" / "copy"))
    assert record_bytes(judge_folder(copy)) == (original / "record.json").read_text()
    assert verify_manifest(copy) == []


@pytest.mark.parametrize("name", ["plan.json", "observations.ndjson", "evidence/note.txt"])
def test_one_changed_byte_is_named(tmp_path: Path, name: str) -> None:
    path = written(tmp_path)
    check_raw(path)
    content = bytearray((path / name).read_bytes())
    content[len(content) // 2] ^= 1
    (path / name).write_bytes(content)
    with pytest.raises(RunFolderError, match=f"{name}: was changed"):
        check_raw(path)


def test_a_removed_and_an_added_file_are_named(tmp_path: Path) -> None:
    path = written(tmp_path)
    (path / "evidence" / "note.txt").rename(path / "evidence" / "other.txt")
    assert verify_manifest(path) == ["evidence/note.txt: is missing", "evidence/other.txt: is not in the manifest"]


def test_a_plan_that_was_changed_is_refused_even_without_a_manifest(tmp_path: Path) -> None:
    path = written(tmp_path)
    body = json.loads((path / "plan.json").read_text())
    body["scenarios"][0]["expectations"][1]["pass"]["value"] = 1.0
    (path / "plan.json").write_text(json.dumps(body))
    with pytest.raises(RunFolderError, match="digest does not fit"):
        _ = RunReader(path).plan


def test_a_torn_last_line_of_a_killed_run_is_passed_over(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, PLAN)
    folder.append(check())
    folder.close()
    with (folder.path / "observations.ndjson").open("a") as stream:
        stream.write('{"kind":"check","scen')
    assert list(RunReader(folder.path).observations()) == [check()]
    assert judge_folder(folder.path).status == "inconclusive"


@pytest.mark.parametrize("garbage", ["not json", '{"kind":"check"}', '{"kind":"unknown"}', "[]", ""])
def test_a_line_that_is_no_observation_is_named_by_file_and_number(tmp_path: Path, garbage: str) -> None:
    folder = RunFolder.create(tmp_path, PLAN)
    folder.append(check())
    folder.close()
    with (folder.path / "observations.ndjson").open("a") as stream:
        stream.write(garbage + "\n")
    with pytest.raises(RunFolderError, match="no observation") as raised:
        list(RunReader(folder.path).observations())
    assert raised.value.where.endswith("observations.ndjson:2")


def test_an_unfinished_run_has_no_manifest_and_no_gate_takes_it(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, PLAN)
    with pytest.raises(RunFolderError, match="did not finish"):
        check_raw(folder.path)


def test_a_run_is_never_overwritten(tmp_path: Path) -> None:
    written(tmp_path)
    with pytest.raises(RunFolderError, match="exists already"):
        RunFolder.create(tmp_path, PLAN)


def test_evidence_outside_of_the_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="outside"):
        RunReader(written(tmp_path)).evidence("../../secret")


def test_runs_are_found_by_latest_id_beginning_and_path(tmp_path: Path) -> None:
    first = written(tmp_path, run_id="2026-01-01T00-00-00Z-aaaa")
    second = written(tmp_path, run_id="2026-01-02T00-00-00Z-bbbb")
    assert find_run(tmp_path, "latest") == second
    assert find_run(tmp_path, "2026-01-01") == first
    assert find_run(Path("nowhere"), str(first)) == first
    for name in ("2026-01", "2027"):
        with pytest.raises(UsageError):
            find_run(tmp_path, name)
