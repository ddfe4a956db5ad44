"""Whatever happens to the harness, nothing that it started stays behind, and nothing else is touched."""

from __future__ import annotations

import ctypes
import io
import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from harness.model.errors import TargetError
from harness.ports import processes
from harness.targets import keeper
from harness.targets.supervisor import Supervisor
from tests.targets.fakes.systems import SERVICE, eventually, tagged

ROOT = Path(__file__).parents[2]


@contextmanager
def harness_process(folder: Path, tag: str, how: str) -> Iterator[subprocess.Popen[str]]:
    """A harness of its own that brings the fake system up; ended with the test in any case."""
    argv = [sys.executable, "-m", "tests.targets.fakes.bring_up", str(folder), tag, how]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True) as harness:
        try:
            yield harness
        finally:
            harness.kill()
            eventually(lambda: not tagged(tag), "the keeper has ended everything")


def answer(harness: subprocess.Popen[str]) -> dict[str, str]:
    assert harness.stdout
    return json.loads(harness.stdout.readline())


def grown(tag: str) -> bool:
    """The family's child and daemon have been started: api, child, daemon carry the tag."""
    return sum("service.py" in " ".join(p.cmdline()) or "sleep(600)" in " ".join(p.cmdline()) for p in tagged(tag)) >= 3


@pytest.mark.parametrize("how", ["ready", "never-ready"])
def test_a_killed_harness_leaves_no_process_and_no_scratch(how: str, tmp_path: Path) -> None:
    tag = f"test-{uuid.uuid4()}"
    with harness_process(tmp_path, tag, how) as harness:
        scratch = Path(answer(harness)["scratch"])
        if how == "ready":
            assert "api" in answer(harness)
        eventually(lambda: grown(tag), "the whole family runs")
        family = tagged(tag) | set(psutil.Process(harness.pid).children(recursive=True))
        assert len(family) >= 6
        assert scratch.is_dir()
        harness.kill()
        eventually(lambda: not any(keeper.is_alive(p) for p in family) and not tagged(tag), "all have ended")
        eventually(lambda: not scratch.exists(), "the scratch folder is gone")
    eventually(lambda: "the harness is gone: ended" in (tmp_path / "keeper.log").read_text(), "the keeper's word")


@pytest.mark.parametrize("how", ["ready", "never-ready"])
def test_ctrl_c_ends_everything_in_order(how: str, tmp_path: Path) -> None:
    tag = f"test-{uuid.uuid4()}"
    with harness_process(tmp_path, tag, how) as harness:
        scratch = Path(answer(harness)["scratch"])
        if how == "ready":
            answer(harness)
        eventually(lambda: grown(tag), "the whole family runs")
        os.killpg(harness.pid, signal.SIGINT)  # as the terminal does: the children must not be reached
        assert answer(harness) == "stopped"
        assert harness.wait(60) == 0
        assert tagged(tag) == set()
        assert not scratch.exists()
    # its own default, had the terminal's signal reached it
    assert "KeyboardInterrupt" not in (tmp_path / "api.log").read_text()
    assert "told to end: ended 0 process(es)" in (tmp_path / "keeper.log").read_text()


def test_processes_of_another_run_survive(tmp_path: Path) -> None:
    with Supervisor("other-run") as other:
        stranger = other.spawn([sys.executable, SERVICE, "hang"], name="stranger", log=tmp_path / "o.log")
        with Supervisor("this-run") as mine:
            child = mine.spawn([sys.executable, SERVICE, "hang"], name="child", log=tmp_path / "m.log")
        assert child.poll() is not None
        assert stranger.poll() is None
    assert stranger.poll() is not None


def test_disarm_leaves_everything_alone(tmp_path: Path) -> None:
    supervisor = Supervisor("left-alone", tmp_path / "keeper.log")
    scratch = supervisor.scratch()
    child = supervisor.spawn([sys.executable, SERVICE, "hang"], name="child", log=tmp_path / "c.log")
    supervisor.disarm()
    try:
        assert child.poll() is None
        assert scratch.is_dir()
        with pytest.raises(TargetError, match="its run is over"):
            supervisor.spawn(["true"], name="late", log=tmp_path / "l.log")
    finally:
        child.kill()
        scratch.rmdir()
    assert (tmp_path / "keeper.log").read_text() == ""


def test_what_a_finished_child_left_behind_is_ended_with_it(supervisor: Supervisor, tmp_path: Path) -> None:
    keeps = supervisor.spawn([sys.executable, SERVICE, "hang"], name="keeps", log=tmp_path / "k.log")
    argv = [sys.executable, SERVICE, "exit", "--code", "5", "--family"]
    child = supervisor.spawn(argv, name="child", log=tmp_path / "c.log")
    assert child.wait(30) == 5
    eventually(lambda: len(tagged(supervisor.tag)) == 3, "the one that stays, and what the other left behind")
    assert child.terminate(1.0) == 5
    assert {p.pid for p in tagged(supervisor.tag)} == {keeps.pid}


def test_without_its_keeper_nothing_more_is_started(tmp_path: Path) -> None:
    with Supervisor(f"test-{uuid.uuid4()}") as supervisor:
        assert supervisor._keeper
        supervisor._keeper.kill()
        supervisor._keeper.wait()
        with pytest.raises(TargetError, match="the keeper, which ends everything"):
            supervisor.spawn([sys.executable, SERVICE, "hang"], name="child", log=tmp_path / "c.log")
        assert tagged(supervisor.tag) == set()


@pytest.mark.parametrize(
    ("commands", "removed"),
    [('{"disarm": true}\n', False), ('{"end": true}\n', True), ("", True), ('{"regis', True)],
)
def test_the_keeper_acts_unless_disarmed(commands: str, removed: bool, tmp_path: Path) -> None:
    scratch, answers = tmp_path / "scratch", io.StringIO()
    scratch.mkdir()
    told = io.StringIO(json.dumps({"scratch": str(scratch)}) + "\n" + commands)
    keeper.keep(told, answers, f"test-{uuid.uuid4()}", io.StringIO())
    assert answers.getvalue() == "ok\n"
    assert scratch.exists() is not removed


def test_a_server_that_hid_its_mark_is_found_in_the_scratch_folder(tmp_path: Path) -> None:
    with Supervisor(f"test-{uuid.uuid4()}") as supervisor:
        data = supervisor.scratch() / "data"
        data.mkdir()
        argv = [sys.executable, SERVICE, "hang"]
        hidden = subprocess.Popen(argv, cwd=data, start_new_session=True)
        elsewhere = subprocess.Popen(argv, cwd=tmp_path, start_new_session=True)
    try:
        assert hidden.wait(30) == -signal.SIGTERM
        assert elsewhere.poll() is None
    finally:
        for process in (hidden, elsewhere):
            process.kill()
            process.wait()


@pytest.mark.skipif(not Path("/proc/sysvipc/shm").exists(), reason="no table of shared memory")
def test_shared_memory_of_an_ended_process_is_removed_and_no_other() -> None:
    libc = ctypes.CDLL(None)
    number = libc.shmget(0, 64, 0o1600)  # IPC_PRIVATE, IPC_CREAT
    assert number >= 0

    def there() -> bool:
        rows = Path("/proc/sysvipc/shm").read_text().splitlines()[1:]
        return any(int(row.split()[1]) == number for row in rows)

    keeper.remove_segments({os.getpid() + 1})
    assert there()
    keeper.remove_segments({os.getpid()})
    assert not there()


def test_a_reused_process_number_is_not_ended() -> None:
    with subprocess.Popen([sys.executable, SERVICE, "hang"], start_new_session=True) as stranger:
        try:
            real = psutil.Process(stranger.pid).create_time()
            mark = (keeper.TAG_VARIABLE, "nobody")
            assert keeper.find([keeper.Root(stranger.pid, real - 5)], mark) == set()
            assert keeper.find([keeper.Root(stranger.pid, real)], mark) == {psutil.Process(stranger.pid)}
        finally:
            stranger.kill()


def test_keeper_and_harness_mean_the_same_variable() -> None:
    assert keeper.TAG_VARIABLE == processes.TAG_VARIABLE


def test_what_is_not_settled_is_undone_and_what_is_settled_stays(tmp_path: Path) -> None:
    with Supervisor(f"test-{uuid.uuid4()}", tmp_path / "keeper.log") as supervisor:
        for name in ("first", "second", "kept"):
            supervisor.if_killed(name, ["sh", "-c", f"echo {name} >> {tmp_path / 'undone'}"])
        supervisor.if_killed("broken", ["sh", "-c", r"printf '\377 there is no cluster\n'; exit 3"])
        supervisor.settled("kept")
        supervisor.settled("never named")
    assert (tmp_path / "undone").read_text().split() == ["second", "first"], "what was made last is undone first"
    said = (tmp_path / "keeper.log").read_text()
    assert "undoing broken: exit code 3: \ufffd there is no cluster" in said
    assert "undoing first: done" in said
    assert "kept" not in said


def test_a_killed_harness_is_undone_by_the_keeper(tmp_path: Path) -> None:
    tag, undone = f"test-{uuid.uuid4()}", tmp_path / "undone"
    with harness_process(tmp_path, tag, "undo") as harness:
        answer(harness)
        assert not undone.exists()
        harness.kill()
        eventually(undone.exists, "the keeper has undone what the harness made")
