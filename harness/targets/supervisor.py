"""The supervisor: every child of a run is started here, so that none outlives it."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

import psutil

from harness.model.errors import TargetError
from harness.ports.processes import CHILD_VARIABLE, TAG_VARIABLE, RunAs
from harness.targets import keeper
from harness.targets.child import Child

_END_WITHIN = keeper.PATIENCE + 15.0


class Supervisor:
    """Implements `harness.ports.processes.ProcessSpawner`; a context manager that ends everything on exit.

    Args:
        tag: marks every child, so that it is found wherever it wandered.
        log: where the keeper says what it did; nowhere when None.
    """

    def __init__(self, tag: str, log: Path | None = None) -> None:
        self.tag = tag
        self._lock = threading.Lock()
        self._closed = False
        self._numbers = itertools.count(1)
        self._children: list[Child] = []
        self._unsettled: set[str] = set()
        self._keeper: subprocess.Popen[str] | None = _start_keeper(tag, log)

    def spawn(
        self,
        argv: Sequence[str],
        *,
        name: str,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        log: Path,
        user: RunAs | None = None,
    ) -> Child:
        """See `ProcessSpawner.spawn`."""
        mark = f"{self.tag}/{next(self._numbers)}-{name}"
        marks = {TAG_VARIABLE: self.tag, CHILD_VARIABLE: mark}
        log.parent.mkdir(parents=True, exist_ok=True)
        # under the lock, so that nothing is started behind the back of `end_all`
        with self._lock, log.open("ab") as output:
            if self._closed:
                raise TargetError(f"{name} cannot be started: its run is over")
            log_start = output.tell()  # now: the child moves the offset, which it shares
            try:
                popen = subprocess.Popen(  # noqa: S603  commands come from the project's own files
                    list(argv), env={**os.environ, **(env or {}), **marks}, cwd=cwd,
                    stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
                    user=user.uid if user else None, group=user.gid if user else None,
                    extra_groups=[] if user else None,
                )  # fmt: skip
            except OSError as error:
                raise TargetError(
                    f"{name} could not be started: {error}", where=argv[0], advice="install it, or correct its command"
                ) from error
            child = Child(name, log, log_start, popen, _started(popen.pid), (CHILD_VARIABLE, mark))
            self._children.append(child)
            try:
                self._tell_keeper({"register": {"pid": child.pid, "created": child.started}}, answered=True)
            except TargetError:
                child.kill()  # nobody would end it
                raise
        return child

    def scratch(self) -> Path:
        """See `ProcessSpawner.scratch`. Under the run folder an unprivileged server might not reach it."""
        folder = Path(tempfile.mkdtemp(prefix="launchgate-"))
        folder.chmod(0o711)
        with self._lock:
            self._tell_keeper({"scratch": str(folder)}, answered=True)
        return folder

    def if_killed(self, name: str, argv: Sequence[str]) -> None:
        """See `ProcessSpawner.if_killed`."""
        with self._lock:
            self._tell_keeper({"undo": list(argv), "name": name}, answered=True)
            self._unsettled.add(name)

    def settled(self, name: str) -> None:
        """See `ProcessSpawner.settled`."""
        with self._lock:
            if name in self._unsettled:
                self._tell_keeper({"settled": name}, answered=True)
                self._unsettled.discard(name)

    def end_all(self) -> None:
        """Ends the children, last first, then whatever else carries the tag, and removes the scratch folder."""
        self._close()
        for child in reversed(self._children):
            if child.poll() is None:
                child.terminate(keeper.GRACE)
        self._dismiss_keeper({"end": True})

    def disarm(self) -> None:
        """See `ProcessSpawner.disarm`."""
        self._close()
        self._dismiss_keeper({"disarm": True})

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end_all()

    def _close(self) -> None:
        with self._lock:
            self._closed = True

    def _dismiss_keeper(self, command: Mapping[str, object]) -> None:
        if self._keeper is None:
            return
        with contextlib.suppress(TargetError):
            self._tell_keeper(command, answered=False)
        # closes its pipes and waits; a keeper that hangs must not hang the harness
        with contextlib.suppress(subprocess.TimeoutExpired, BrokenPipeError):
            self._keeper.communicate(timeout=_END_WITHIN + keeper.UNDO_WITHIN * len(self._unsettled))
        if self._keeper.poll() is None:
            self._keeper.kill()
            self._keeper.communicate()
        self._keeper = None

    def _tell_keeper(self, command: Mapping[str, object], *, answered: bool) -> None:
        answer = ""
        if self._keeper and self._keeper.stdin and self._keeper.stdout:
            with contextlib.suppress(OSError):
                print(json.dumps(command), file=self._keeper.stdin, flush=True)
                answer = self._keeper.stdout.readline() if answered else "ok\n"
        if answer != "ok\n":
            raise TargetError(
                "the keeper, which ends everything should the harness die, is gone",
                advice="something killed it; run again",
            )


def _start_keeper(tag: str, log: Path | None) -> subprocess.Popen[str]:
    """The keeper in a session of its own, without the tag of a run that this harness may be part of."""
    env = {name: value for name, value in os.environ.items() if name != TAG_VARIABLE}
    with contextlib.ExitStack() as stack:
        errors = stack.enter_context(log.open("ab")) if log else subprocess.DEVNULL
        return subprocess.Popen(  # noqa: S603
            [sys.executable, "-I", keeper.__file__, tag], env=env, cwd="/", text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, start_new_session=True,
        )  # fmt: skip


def _started(pid: int) -> float:
    """Start time of a child that we have not waited for yet, so it is there even when it has ended."""
    return psutil.Process(pid).create_time()
