"""The one way in which observations reach the run folder; safe to call from several threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from harness.model.observation import CheckResult, Measurement, Observation, Phase
from harness.ports.clock import Clock
from harness.run.events import CheckSeen, Listener, PhaseSeen
from harness.store.folder import RunFolder


class Recorder:
    """Appends observations, and tells the listeners of those that a person wants to see live."""

    def __init__(self, folder: RunFolder, clock: Clock, publish: Listener) -> None:
        self._folder, self._clock, self._publish = folder, clock, publish
        self._lock = threading.Lock()
        self._watchers: list[Callable[[Measurement], None]] = []
        self.count = 0

    def emit(self, observation: Observation) -> None:
        """Writes the observation; it is with the operating system when this returns."""
        with self._lock:
            self._folder.append(observation)
            self.count += 1
            watchers = list(self._watchers)
        if isinstance(observation, Measurement):
            for watch in watchers:
                watch(observation)
        elif isinstance(observation, CheckResult):
            self._publish(CheckSeen(observation))
        elif isinstance(observation, Phase):
            self._publish(PhaseSeen(observation))

    def phase(self, name: Any, state: Any, *, scenario: str = "", detail: str = "", **more: Any) -> None:
        """Writes what the lifecycle has to say."""
        self.emit(
            Phase(scenario=scenario, name=name, state=state, detail=detail, wall=round(self._clock.wall(), 3), **more)
        )

    def watch(self, watcher: Callable[[Measurement], None] | None) -> None:
        """Calls `watcher` with each measurement from now on; None stops watching."""
        with self._lock:
            self._watchers = [watcher] if watcher else []
