"""The harness itself is ended: by SIGKILL nothing may be left, by Ctrl-C it ends in order."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.acceptance.command import ROOT, argv, gone_within, launchgate, left_over, only_run

pytestmark = [pytest.mark.slow, pytest.mark.alone]


@contextmanager
def running_load(runs: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A run in the middle of its load scenario."""
    log = runs / "harness.log"
    with log.open("wb") as output:
        command = argv("run", "--runs-dir", str(runs), "--suite", "load")
        harness = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output, start_new_session=True)
        try:
            deadline = time.monotonic() + 90
            while not list(runs.glob("*/evidence/calendar-baseline/load.ndjson")):
                assert harness.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.2)
            time.sleep(2)
            yield harness
        finally:
            if harness.poll() is None:
                harness.kill()
            harness.wait()


def test_sigkill_leaves_an_inconclusive_folder_and_no_process(tmp_path: Path) -> None:
    with running_load(tmp_path) as harness:
        run = only_run(tmp_path)
        tag = run.plan.run_id
        assert len(left_over(tag)) >= 5, "the target and the load are running"
        os.kill(harness.pid, signal.SIGKILL)
        harness.wait()
        assert gone_within(tag, 30), [p.cmdline() for p in left_over(tag)]

    shown = launchgate("show", "--runs-dir", str(tmp_path))
    assert "INCONCLUSIVE" in shown.out
    assert "was killed" in shown.out + shown.err
    assert launchgate("judge", "--runs-dir", str(tmp_path)).code == 20
    assert launchgate("gate", "--runs-dir", str(tmp_path)).code == 30
    assert "inconclusive (not finished)" in launchgate("list", "--runs-dir", str(tmp_path)).out


def test_ctrl_c_ends_everything_in_order_and_says_130(tmp_path: Path) -> None:
    with running_load(tmp_path) as harness:
        tag = only_run(tmp_path).plan.run_id
        os.kill(harness.pid, signal.SIGINT)
        assert harness.wait(timeout=60) == 130
        assert left_over(tag) == []
    record = only_run(tmp_path).record
    assert record.status == "inconclusive"
    assert any("interrupted by SIGINT" in reason for reason in record.reasons)
    assert (only_run(tmp_path).path / "evidence/target/api.log").stat().st_size > 0
