"""What the users of one child share: configuration, clock, tap, and who is running."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from suites.load.pacing import Schedule, make_schedule, user_rng
from suites.load.tap import Tap
from suites.load.wire import ChildConfig


def method_clock(epoch: float) -> Callable[[], float]:
    """Seconds since the method began at `epoch` (wall clock), monotonic from now on."""
    zero = time.monotonic() - (time.time() - epoch)
    return lambda: time.monotonic() - zero


class LoadSession:
    """One load of one child. All times are seconds since the method began.

    Args:
        begin: due time of the first user's first operation.
    """

    def __init__(self, config: ChildConfig, tap: Tap, now: Callable[[], float], begin: float) -> None:
        self.config, self.tap, self.now = config, tap, now
        self.end = config.end
        self.begin = begin
        self._joined = 0
        self.started = 0
        self.running = 0
        self.peak = 0
        self._user_seconds = 0.0
        self._counted_to = begin
        self.behaviour_errors: list[str] = []

    def join(self) -> tuple[int, random.Random, Schedule]:
        """Index, random numbers and schedule of the next user; first operations are spread evenly over the ramp."""
        index = self._joined
        self._joined += 1
        config, rng = self.config, user_rng(self.config.seed, index)
        first = self.begin + index / config.spawn_rate
        return index, rng, make_schedule(config.schedule, first, config.think_min, config.think_max, rng)

    def user_started(self) -> None:
        """A user has sent its first request."""
        self._count()
        self.started += 1
        self.running += 1
        self.peak = max(self.peak, self.running)

    def user_stopped(self, *, thinks_to_the_end: bool) -> None:
        """A user that had started has ended; one whose next request is due after the end was there until then."""
        self._count()
        self.running -= 1
        if thinks_to_the_end:
            self._user_seconds += max(0.0, self.end - self.now())

    def user_seconds(self) -> float:
        """Time that users really spent in the load, added up over all of them, until now or the planned end."""
        self._count()
        return self._user_seconds

    def _count(self) -> None:
        now = min(self.now(), self.config.end)
        self._user_seconds += self.running * max(0.0, now - self._counted_to)
        self._counted_to = max(now, self._counted_to)
