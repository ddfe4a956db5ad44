"""Waiting until a service is ready, and saying well why it is not."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from harness.model.errors import TargetError

_TAIL_LINES = 15
_PAUSE = 0.05


class Watched(Protocol):
    """What runs a service: a `Handle`, or a container.

    Attributes:
        log: where its output is appended; `log_start` bytes of it were there before.
    """

    name: str
    log: Path
    log_start: int

    def poll(self) -> int | None:
        """Exit code, negative for a signal; None while it runs. Its log is complete when there is a code."""

    def wait(self, timeout: float | None = None) -> int | None:
        """Waits `timeout` seconds (for ever when None) for the end; None when it still runs."""


class ServiceFailed(TargetError):
    """A service ended, or was not ready in time. `log_text` is the end of its log."""

    def __init__(self, handle: Watched, what: str) -> None:
        self.log_text = tail(log_of(handle))
        indented = "\n".join(f"  | {line}" for line in self.log_text.splitlines()) or "  | (its log is empty)"
        super().__init__(f"service {handle.name} {what}; the end of its log:\n{indented}", advice=f"read {handle.log}")


def log_of(handle: Watched) -> str:
    """What the service itself wrote, without what an earlier one left in the same file."""
    with handle.log.open("rb") as log:
        log.seek(handle.log_start)
        return log.read().decode(errors="replace")


def tail(text: str, lines: int = _TAIL_LINES) -> str:
    """The last lines of a text."""
    return "\n".join(text.splitlines()[-lines:])


def await_ready(handle: Watched, is_ready: Callable[[], bool], within: float) -> None:
    """Returns when `is_ready` says so. Raises ServiceFailed when the process ends first, or after `within` seconds."""
    deadline = time.monotonic() + within
    while True:
        code = handle.poll()
        if code is not None:
            raise ServiceFailed(handle, f"ended with {describe_exit(code)} before it was ready")
        if is_ready():
            return
        if time.monotonic() >= deadline:
            raise ServiceFailed(handle, f"was not ready within {within:g} s")
        time.sleep(_PAUSE)


def await_end(handle: Watched, within: float) -> None:
    """Returns when a job ended well. Raises ServiceFailed for another exit code, or after `within` seconds."""
    code = handle.wait(within)
    if code is None:
        raise ServiceFailed(handle, f"did not finish within {within:g} s")
    if code != 0:
        raise ServiceFailed(handle, f"ended with {describe_exit(code)}")


def describe_exit(code: int) -> str:
    """`exit code 3`, or `signal 9`."""
    return f"signal {-code}" if code < 0 else f"exit code {code}"
