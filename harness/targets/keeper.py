"""The keeper: a small process of its own that ends what the harness started, should the harness die.

It reads commands, one JSON object a line, from a pipe whose other end only the harness holds:

    {"register": {"pid": 12, "created": 1700000000.1}}   a process to end; answered with "ok"
    {"scratch": "/tmp/x"}                                a folder to remove; answered likewise
    {"undo": ["kind", "delete", …], "name": "cluster"}   a command to run at the end; answered likewise
    {"settled": "cluster"}                               that command is not needed any more; answered likewise
    {"end": true}                                        end everything now, then exit
    {"disarm": true}                                     exit and leave everything alone

When the pipe closes without "end" or "disarm", the harness was killed: everything is ended as well.
Run by path, with nothing of the harness importable: standard library and psutil only.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import psutil

TAG_VARIABLE = "LAUNCHGATE_TAG"
GRACE = 3.0
PATIENCE = 30.0
UNDO_WITHIN = 90.0
_PAUSE = 0.05
Mark = tuple[str, str]  # an environment variable and its value


@dataclass(frozen=True)
class Root:
    """A registered process. The start time (seconds since the epoch) tells it from a later user of its number."""

    pid: int
    created: float

    def process(self) -> psutil.Process | None:
        """The process itself, if it is still the same one."""
        try:
            found = psutil.Process(self.pid)
            return found if abs(found.create_time() - self.created) < 0.1 else None
        except psutil.Error:
            return None


def find(roots: Iterable[Root], mark: Mark, scratch: Sequence[Path] = ()) -> set[psutil.Process]:
    """Every live process that is a root, descends from one, is in the session of one, or carries the mark.

    Also those that work in a scratch folder: PostgreSQL and Valkey write over their environment, and so over the mark.
    """
    found: set[psutil.Process] = set()
    sessions: set[int] = set()
    for root in roots:
        process = root.process()
        if process is not None:
            found.add(process)
            with contextlib.suppress(psutil.Error):
                found.update(process.children(recursive=True))
        if process is not None or not psutil.pid_exists(root.pid):
            # the number is not reused while its session has members
            sessions.add(root.pid)
    for process in psutil.process_iter():
        if _session(process) in sessions or has_mark(process, mark) or _works_in(process, scratch):
            found.add(process)
    return {p for p in found if p.pid != os.getpid() and is_alive(p)}


def is_alive(process: psutil.Process) -> bool:
    """Whether it still runs; a zombie waits only for its parent."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def end_everything(
    roots: Iterable[Root], mark: Mark, scratch: Sequence[Path] = (), grace: float = GRACE
) -> set[psutil.Process]:
    """SIGTERM to all that `find` finds, SIGKILL after `grace` seconds, again and again until two searches find nothing.

    A process forked in the moment of a search is seen by the next. Returns what was ended.
    """
    known = list(roots)
    asked: set[psutil.Process] = set()
    began = time.monotonic()
    quiet = 0
    while quiet < 2 and time.monotonic() - began < PATIENCE:
        alive = find(known, mark, scratch) | {p for p in asked if is_alive(p)}
        quiet = 0 if alive else quiet + 1
        for process in alive:
            with contextlib.suppress(psutil.Error):
                if time.monotonic() - began >= grace:
                    process.kill()
                elif process not in asked:
                    process.terminate()
        asked |= alive
        time.sleep(_PAUSE)
    return asked


def remove_segments(creators: set[int]) -> None:
    """Removes shared memory that nobody uses any more and one of these processes made: a killed `initdb` leaves some.

    Does nothing where the system has no such table.
    """
    with contextlib.suppress(OSError):
        header, *rows = (line.split() for line in Path("/proc/sysvipc/shm").read_text().splitlines())
        for segment in (dict(zip(header, map(int, row), strict=True)) for row in rows):
            if segment["cpid"] in creators and segment["nattch"] == 0:
                _remove_segment(segment["shmid"])


def remove_scratch(scratch: Path) -> None:
    """Removes a scratch folder, and the shared memory that a killed PostgreSQL in it left to the system."""
    for lock in scratch.glob("*/postmaster.pid"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            # line 7: key and id of the segment that guards the data directory
            _remove_segment(int(lock.read_text().splitlines()[6].split()[1]))
    shutil.rmtree(scratch, ignore_errors=True)


def keep(commands: TextIO, answers: TextIO, tag: str, say: TextIO) -> None:
    """Listens until told to end or to disarm, or until the other end of the pipe is gone."""
    roots: list[Root] = []
    scratch: list[Path] = []
    undo: dict[str, list[str]] = {}
    reason = "the harness is gone"
    for line in commands:
        try:
            command = json.loads(line)
        except ValueError:
            break  # the harness died in the middle of a line
        if command.get("disarm"):
            return
        if command.get("end"):
            reason = "told to end"
            break
        if "register" in command:
            roots.append(Root(**command["register"]))
        if "scratch" in command:
            scratch.append(Path(command["scratch"]))
        if "undo" in command:
            undo[command["name"]] = command["undo"]
        if "settled" in command:
            undo.pop(command["settled"], None)
        print("ok", file=answers, flush=True)
    ended = end_everything(roots, (TAG_VARIABLE, tag), scratch)
    for name, argv in reversed(undo.items()):
        print(f"{reason}: undoing {name}: {run_undo(argv)}", file=say, flush=True)
    for folder in scratch:
        remove_scratch(folder)
    remove_segments({process.pid for process in ended})
    print(f"{reason}: ended {len(ended)} process(es), removed {len(scratch)} scratch folder(s)", file=say, flush=True)


def run_undo(argv: Sequence[str]) -> str:
    """Runs a command to its end, at most `UNDO_WITHIN` seconds, and says how it went."""
    try:
        done = subprocess.run(  # noqa: S603  the harness gave it
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", timeout=UNDO_WITHIN, check=False, start_new_session=True,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"failed: {error}"
    return "done" if done.returncode == 0 else f"exit code {done.returncode}: {done.stdout.strip()[-500:]}"


def main(tag: str) -> None:
    """Runs as leader of its own session; signals meant for the harness do not end it."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)
    keep(sys.stdin, sys.stdout, tag, sys.stderr)


def _remove_segment(number: int) -> None:
    ctypes.CDLL(None).shmctl(number, 0, None)  # 0 is IPC_RMID


def _works_in(process: psutil.Process, scratch: Sequence[Path]) -> bool:
    try:
        return bool(scratch) and any(Path(process.cwd()).is_relative_to(folder) for folder in scratch)
    except (psutil.Error, OSError):
        return False


def _session(process: psutil.Process) -> int:
    try:
        return os.getsid(process.pid)
    except OSError:
        return -1


def has_mark(process: psutil.Process, mark: Mark) -> bool:
    """Whether its environment carries the mark; some servers write over theirs."""
    try:
        return process.environ().get(mark[0]) == mark[1]
    except (psutil.Error, OSError):
        return False


if __name__ == "__main__":
    main(sys.argv[1])
