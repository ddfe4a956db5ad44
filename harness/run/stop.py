"""Why a run should end early, and how Ctrl-C becomes an orderly end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from harness.model.errors import Stopped


class StopSwitch:
    """Holds the first reason to stop. Scenario-wide reasons are cleared between scenarios, an interrupt is not."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._scenario = ""
        self.interrupted = ""
        self.dead: list[str] = []
        self._shielded = False

    @property
    def reason(self) -> str:
        """Why to stop now; empty while there is no reason."""
        if self.interrupted:
            return self.interrupted
        return f"{', '.join(self.dead)} of the target ended" if self.dead else self._scenario

    def abort(self, reason: str) -> None:
        """Ends the running scenario's method; the first reason stays."""
        with self._lock:
            self._scenario = self._scenario or reason

    def target_died(self, services: list[str]) -> None:
        """Ends the running scenario and leaves out those that follow."""
        with self._lock:
            self.dead = self.dead or services

    def next_scenario(self) -> None:
        """Forgets what concerned only the scenario before."""
        with self._lock:
            self._scenario = ""

    @contextmanager
    def shielded(self) -> Iterator[None]:
        """While cleaning up, a further Ctrl-C is noted and nothing is cut short."""
        before, self._shielded = self._shielded, True
        try:
            yield
        finally:
            self._shielded = before

    @contextmanager
    def on_signals(self) -> Iterator[None]:
        """Turns SIGINT and SIGTERM into Stopped, raised in the main thread, once."""

        def handle(number: int, _frame: FrameType | None) -> None:
            first = not self.interrupted
            self.interrupted = self.interrupted or f"interrupted by {signal.Signals(number).name}"
            if first and not self._shielded:
                raise Stopped(self.interrupted)

        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {s: signal.signal(s, handle) for s in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, old in before.items():
                signal.signal(number, old)
