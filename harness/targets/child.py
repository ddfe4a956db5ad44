"""One child process: a `harness.ports.processes.Handle`."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from harness.targets.keeper import Mark, Root, find, is_alive

_STRAGGLERS = 1.0


@dataclass
class Child:
    """A child that leads its own session, and what descends from it.

    Attributes:
        log_start: bytes of the log that were there before it.
        started: its start time in seconds since the epoch, as the operating system says.
        mark: the environment variable that only it and its descendants carry.
    """

    name: str
    log: Path
    log_start: int
    popen: subprocess.Popen[bytes]
    started: float
    mark: Mark
    pid: int = field(init=False)

    def __post_init__(self) -> None:
        self.pid = self.popen.pid

    def poll(self) -> int | None:
        """Exit code, negative for a signal; None while it runs."""
        return self.popen.poll()

    def wait(self, timeout: float | None = None) -> int | None:
        """Waits `timeout` seconds (for ever when None) for the end; None when it still runs."""
        try:
            return self.popen.wait(timeout)
        except subprocess.TimeoutExpired:
            return None

    def tree(self) -> list[psutil.Process]:
        """The live processes of the child: itself first, then its descendants."""
        try:
            top = psutil.Process(self.pid)
            return [p for p in [top, *top.children(recursive=True)] if is_alive(p)]
        except psutil.Error:
            return []

    def pids(self) -> list[int]:
        """The live processes of its tree, itself first; empty when it has ended."""
        return [p.pid for p in self.tree()]

    def terminate(self, grace: float, stop_signal: signal.Signals = signal.SIGTERM) -> int:
        """Asks the child to end, then ends everything that it left behind, daemons of its own included.

        Only the leader is asked: it ends its own workers, and many programs take a second signal as "at once".
        """
        members = self.tree()
        if self.poll() is None:
            self.popen.send_signal(stop_signal)
            self.wait(grace)
        if self.poll() is not None:
            _end({*members, *self._belongings()}, _STRAGGLERS)
        return self.kill()

    def kill(self) -> int:
        """SIGKILLs the child and everything that it left behind; returns the exit code."""
        # stopped first, so that no member forks while the others are being killed
        members: set[psutil.Process] = set()
        while fresh := self._belongings() - members:
            for process in fresh:
                with contextlib.suppress(psutil.Error):
                    process.suspend()
            members |= fresh
        for process in members:
            with contextlib.suppress(psutil.Error):
                process.kill()
        return self.popen.wait()

    def _belongings(self) -> set[psutil.Process]:
        return find([Root(self.pid, self.started)], self.mark)


def _end(processes: Iterable[psutil.Process], grace: float) -> None:
    """SIGTERM, then SIGKILL after `grace` seconds, for processes that are not children of ours."""
    deadline = time.monotonic() + grace
    alive = [p for p in processes if is_alive(p)]
    for process in alive:
        with contextlib.suppress(psutil.Error):
            process.terminate()
    while (alive := [p for p in alive if is_alive(p)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    for process in alive:
        with contextlib.suppress(psutil.Error):
            process.kill()
