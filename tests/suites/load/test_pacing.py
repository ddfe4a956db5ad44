"""When operations are due: both schedules, against a clock that the test moves by hand."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from suites.load.pacing import ClosedSchedule, PacedSchedule, Schedule, make_schedule, user_rng

PAUSE = 2.0


def play(schedule: Schedule, replies: list[float]) -> list[tuple[float, float]]:
    """(due, end) of operations whose replies take so many seconds, sent by a user who is never late."""
    seen, now = [], 0.0
    for seconds in replies:
        now = max(now, schedule.due)
        now += seconds
        seen.append((schedule.due, now))
        schedule.advance(now)
    return seen


@pytest.mark.parametrize(
    ("cls", "expected"),
    [
        (ClosedSchedule, [(1.0, 1.5), (3.5, 4.0), (6.0, 13.0), (15.0, 15.5), (17.5, 18.0)]),
        # The third reply freezes for 7 s: three operations come due meanwhile, and wait.
        (PacedSchedule, [(1.0, 1.5), (3.0, 3.5), (5.0, 12.0), (7.0, 12.5), (9.0, 13.0)]),
    ],
)
def test_due_times(cls: type[Schedule], expected: list[tuple[float, float]]) -> None:
    assert play(cls(1.0, lambda: PAUSE), [0.5, 0.5, 7.0, 0.5, 0.5]) == expected


def test_a_freeze_is_forgiven_by_the_closed_and_counted_by_the_paced_schedule() -> None:
    replies = [0.1, 9.0, 0.1, 0.1, 0.1]
    closed = [end - due for due, end in play(ClosedSchedule(0.0, lambda: PAUSE), replies)]
    paced = [end - due for due, end in play(PacedSchedule(0.0, lambda: PAUSE), replies)]
    assert closed == pytest.approx(replies)
    assert paced == pytest.approx([0.1, 9.0, 7.1, 5.2, 3.3])


def test_what_was_due_and_never_sent_is_counted() -> None:
    paced = PacedSchedule(1.0, lambda: PAUSE)
    assert paced.outstanding(until=8.0) == 4  # 1, 3, 5, 7
    assert paced.outstanding(until=8.0) == 0
    assert ClosedSchedule(1.0, lambda: PAUSE).outstanding(until=8.0) == 1
    assert ClosedSchedule(8.0, lambda: PAUSE).outstanding(until=8.0) == 0


def test_pauses_lie_in_their_range_and_come_from_the_seed() -> None:
    def dues(seed: int, index: int) -> list[float]:
        schedule = make_schedule("paced", 0.0, 1.0, 3.0, user_rng(seed, index))
        found = []
        for _ in range(500):
            found.append(schedule.due)
            schedule.advance(0.0)
        return found

    pauses = [later - earlier for earlier, later in pairwise(dues(7, 0))]
    assert 1.0 <= min(pauses) < 1.1
    assert 2.9 < max(pauses) <= 3.0
    assert dues(7, 0) == dues(7, 0)
    assert dues(7, 0) != dues(7, 1)
    assert dues(7, 0) != dues(8, 0)


def test_an_unknown_schedule_is_refused() -> None:
    with pytest.raises(KeyError):
        make_schedule("open", 0.0, 1.0, 1.0, random.Random(1))  # noqa: S311
