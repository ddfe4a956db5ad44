"""Chores: by one process at a time, and none stops the others."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from system_under_test.app.resources import Shop
from system_under_test.worker import upkeep
from system_under_test.worker.locks import holding
from system_under_test.worker.upkeep import Chore, Upkeep
from tests.shop.helpers import wait_until


@pytest.fixture
def keeper(shop: Shop) -> Iterator[Upkeep]:
    made = Upkeep(shop.database, shop.gateway, shop.gauge)
    yield made
    made.stop()


def test_a_lock_is_held_by_one_and_given_back(shop: Shop) -> None:
    with holding(shop.database, "x") as first:
        assert first
        with holding(shop.database, "x") as second, holding(shop.database, "y") as other:
            assert (second, other) == (False, True)

    def broken() -> None:
        with holding(shop.database, "x") as third:
            assert third
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    with holding(shop.housekeeping, "x") as fourth:
        assert fourth


def test_two_processes_do_a_chore_one_at_a_time(shop: Shop, keeper: Upkeep) -> None:
    done: list[str] = []
    other = Upkeep(shop.housekeeping, shop.gateway, shop.gauge)

    def first() -> int:
        other._turn(Chore("same", 1, lambda: done.append("second") or 0))
        done.append("first")
        return 0

    keeper._turn(Chore("same", 1, first))
    assert done == ["first"]


def test_a_failing_chore_does_not_stop_the_others(keeper: Upkeep) -> None:
    turns = threading.Semaphore(0)

    def broken() -> int:
        raise ValueError

    def away() -> int:
        raise OperationalError("", None, Exception())

    def good() -> int:
        turns.release()
        return 0

    keeper.chores = [Chore(work.__name__, 0.01, work) for work in (broken, away, good)]
    keeper.start()
    assert turns.acquire(timeout=10)
    assert turns.acquire(timeout=10)


def test_silent_orders_are_asked_about(keeper: Upkeep, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = [uuid.uuid4(), uuid.uuid4()]
    asked: list[uuid.UUID] = []

    def settle(_: object, __: object, order_id: uuid.UUID) -> Any:
        asked.append(order_id)
        return None

    monkeypatch.setattr(upkeep, "find_unsettled", lambda *_: orders)
    monkeypatch.setattr(upkeep, "settle", settle)
    keeper.start()
    wait_until(lambda: asked == orders)
