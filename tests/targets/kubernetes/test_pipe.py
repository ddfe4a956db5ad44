"""An archive goes to every node as it is, and what fails on the way is said."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from harness.model.errors import TargetError
from harness.targets.kubernetes.pipe import deliver

GIVE = [sys.executable, "-c", "import sys; sys.stdout.buffer.write(b'x' * 5_000_000)"]
FAIL = [sys.executable, "-c", "import sys; sys.stdout.buffer.write(b'x'); sys.exit('no such image')"]


def sink(file: Path) -> list[str]:
    return ["sh", "-c", f"cat > '{file}'"]


def test_every_sink_gets_all_of_it(tmp_path: Path) -> None:
    deliver(GIVE, {"a": sink(tmp_path / "a"), "b": sink(tmp_path / "b")})
    assert [(tmp_path / name).stat().st_size for name in "ab"] == [5_000_000, 5_000_000]


@pytest.mark.parametrize(
    ("source", "bad", "said"),
    [
        (FAIL, None, "no such image"),
        (GIVE, ["sh", "-c", "echo no space left >&2; exit 1"], "node bad:\nno space left"),
        (GIVE, ["sh", "-c", "cat >/dev/null; echo unpacking failed; exit 1"], "node bad:\nunpacking failed"),
    ],
)
def test_what_fails_is_said(source: list[str], bad: list[str] | None, said: str, tmp_path: Path) -> None:
    with pytest.raises(TargetError, match=said):
        deliver(source, {"good": sink(tmp_path / "a"), **({"bad": bad} if bad else {})})


def test_a_delivery_that_never_ends_is_ended(tmp_path: Path) -> None:
    endless = [sys.executable, "-c", "import sys\nwhile True: sys.stdout.buffer.write(b'x' * 100_000)"]
    with pytest.raises(TargetError, match="not delivered within"):
        deliver(endless, {"a": ["sh", "-c", "cat > /dev/null"]}, within=0.3)
