"""Reads the target's own figures once a second beside a scenario, and notices when a service dies."""

from __future__ import annotations

import threading
from collections.abc import Callable

from harness.ports.target import Sampled, Target
from harness.run.recorder import Recorder
from harness.run.stop import StopSwitch

_PERIOD = 1.0


class Sampler:
    """A thread that lives as long as one scenario's method."""

    def __init__(
        self,
        target: Target,
        scenario: str,
        recorder: Recorder,
        stop: StopSwitch,
        elapsed: Callable[[], float],
        on_tick: Callable[[], None],
    ) -> None:
        self._target, self._scenario, self._recorder, self._stop = target, scenario, recorder, stop
        self._elapsed, self._on_tick = elapsed, on_tick
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"sampler-{scenario}", daemon=True)

    def __enter__(self) -> Sampler:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join(timeout=10)

    def _work(self) -> None:
        while not self._done.wait(_PERIOD):
            dead = list(self._target.alive())
            if dead:
                self._stop.target_died(dead)
                return
            if isinstance(self._target, Sampled):
                for measurement in self._target.sample(self._scenario, round(self._elapsed(), 3)):
                    self._recorder.emit(measurement)
            self._on_tick()
