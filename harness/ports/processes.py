"""How child processes are started, so that every one of them is ended again, whatever happens to the harness."""

from __future__ import annotations

import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

TAG_VARIABLE = "LAUNCHGATE_TAG"
"""Environment variable that marks every process of a run, however far it has wandered from its parent."""
CHILD_VARIABLE = "LAUNCHGATE_CHILD"
"""Marks a child and everything that descends from it, apart from the other children of the run."""


@dataclass(frozen=True)
class RunAs:
    """Another user to run a child as; possible for root only."""

    uid: int
    gid: int


class Handle(Protocol):
    """One child process, the leader of a session of its own.

    Attributes:
        log: where its output is appended; `log_start` bytes of it were there before.
        started: seconds since the epoch, as the operating system says.
    """

    name: str
    pid: int
    log: Path
    log_start: int
    started: float

    def poll(self) -> int | None:
        """Exit code, negative for a signal; None while it runs."""

    def wait(self, timeout: float | None = None) -> int | None:
        """Waits `timeout` seconds (for ever when None) for the end; None when it still runs."""

    def pids(self) -> list[int]:
        """The live processes of its tree, itself first; empty when it has ended."""

    def terminate(self, grace: float, stop_signal: signal.Signals = signal.SIGTERM) -> int:
        """Asks the child to end, then ends everything that it left behind, daemons of its own included.

        What has not ended `grace` seconds after the question is killed. Returns the exit code. Also right for a
        child that has ended: what it left behind is ended.
        """

    def kill(self) -> int:
        """SIGKILLs the child and everything that it left behind; returns the exit code."""


class ProcessSpawner(Protocol):
    """Starts children in sessions of their own (Ctrl-C at the terminal reaches only the harness)."""

    def spawn(
        self,
        argv: Sequence[str],
        *,
        name: str,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        log: Path,
        user: RunAs | None = None,
    ) -> Handle:
        """Starts a child whose output is appended to `log`.

        `env` is added to the harness's own environment, and the run's tag to both. When this returns, the
        child will be ended even if the harness is killed in the next moment. Raises TargetError when the
        command is not there or cannot be started.
        """

    def scratch(self) -> Path:
        """A new temporary folder that other users can pass through; removed at the end, whatever happens."""

    def if_killed(self, name: str, argv: Sequence[str]) -> None:
        """A command that undoes what is no child process (a container, a cluster), run unless `settled` comes first.

        The keeper runs it when the harness dies, and `end_all` when it was forgotten. It must be right to run it
        twice, or for what is not there. Give it before the thing is made.
        """

    def settled(self, name: str) -> None:
        """What that command would undo is undone, or is meant to stay."""

    def end_all(self) -> None:
        """Ends every child, every process with the run's tag, what is not settled, and the scratch data.

        May be called twice.
        """

    def disarm(self) -> None:
        """Lets the children live on after the harness; nothing is ended, no scratch data removed."""
