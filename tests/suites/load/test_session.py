"""How much load was really offered: the time that users spent in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from suites.load.session import LoadSession
from suites.load.tap import Tap
from suites.load.wire import ChildConfig


class Clock:
    """Stands where the test puts it."""

    def __init__(self) -> None:
        self.t = 0.0

    def __call__(self) -> float:
        return self.t


def config(**more: Any) -> ChildConfig:
    fields: dict[str, Any] = {
        "host": "http://127.0.0.1:1", "module": "m", "users": 4, "spawn_rate": 2.0, "think_min": 0.1,
        "think_max": 0.2, "schedule": "closed", "end": 10.0, "timeout": 1.0, "epoch": 0.0, "seed": 1,
    }  # fmt: skip
    return ChildConfig(**{**fields, **more})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def session(tmp_path: Path, clock: Clock) -> LoadSession:
    tap = Tap(config(), tmp_path, 0.0)
    tap.close()
    return LoadSession(config(), tap, clock, 0.0)


def test_planned_user_seconds_follow_the_ramp() -> None:
    assert config().user_seconds(0.0) == pytest.approx(10 + 9.5 + 9 + 8.5)
    assert config().user_seconds(1.0) == pytest.approx(9 + 8.5 + 8 + 7.5)


def test_users_that_stay_offer_what_was_planned(session: LoadSession, clock: Clock) -> None:
    for start in (0.0, 0.5, 1.0, 1.5):
        clock.t = start
        session.user_started()
    clock.t = 9.0
    session.user_stopped(thinks_to_the_end=True)
    clock.t = 12.0  # the last replies come late; what is after the end is no load
    assert session.user_seconds() == pytest.approx(config().user_seconds(0.0))


def test_users_that_leave_halfway_are_missing(session: LoadSession, clock: Clock) -> None:
    for _ in range(4):
        session.user_started()
    clock.t = 5.0
    for _ in range(4):
        session.user_stopped(thinks_to_the_end=False)
    clock.t = 10.0
    assert session.user_seconds() == pytest.approx(20.0)


def test_a_load_that_was_cut_short_counts_nobody_beyond_the_cut(session: LoadSession, clock: Clock) -> None:
    session.user_started()
    clock.t = session.end = 4.0
    session.user_stopped(thinks_to_the_end=True)
    clock.t = 10.0
    assert session.user_seconds() == pytest.approx(4.0)
