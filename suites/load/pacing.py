"""When an operation is meant to start. Pure: no clock, so that both schedules can be tested second by second."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Callable


class Schedule(ABC):
    """The due time of one user's next operation, in seconds since the method began.

    Args:
        first: due time of the first operation.
        pause: draws the think time (closed) or the interval (paced), in seconds.
    """

    def __init__(self, first: float, pause: Callable[[], float]) -> None:
        self.due = first
        self._pause = pause

    @abstractmethod
    def advance(self, ended: float) -> None:
        """Moves `due` on, after an operation that ended at `ended`."""

    @abstractmethod
    def outstanding(self, until: float) -> int:
        """How many operations were due before `until` and have not been sent."""


class ClosedSchedule(Schedule):
    """Next due = end of the reply + think time: a slow system gets fewer requests."""

    def advance(self, ended: float) -> None:
        """The user thinks from the moment the reply is there."""
        self.due = ended + self._pause()

    def outstanding(self, until: float) -> int:
        """At most one: the next is not known before this one has ended."""
        return int(self.due < until)


class PacedSchedule(Schedule):
    """Next due = previous due + interval, whatever the system does: its delay is not forgiven."""

    def advance(self, ended: float) -> None:  # noqa: ARG002  the end does not matter, that is the point
        """The plan goes on as if the reply had been instant."""
        self.due += self._pause()

    def outstanding(self, until: float) -> int:
        """Counts the due times that are left, and moves `due` past them."""
        count = 0
        while self.due < until:
            count += 1
            self.advance(self.due)
        return count


def make_schedule(kind: str, first: float, shortest: float, longest: float, rng: random.Random) -> Schedule:
    """The schedule `kind` (closed or paced) with pauses drawn evenly from [shortest, longest] seconds."""
    cls = {"closed": ClosedSchedule, "paced": PacedSchedule}[kind]
    return cls(first, lambda: rng.uniform(shortest, longest))


def user_rng(seed: int, index: int) -> random.Random:
    """Random numbers of one user: the same for the same run seed and user, different for every user."""
    return random.Random(f"{seed}:{index}")  # noqa: S311  a simulation, nothing secret
