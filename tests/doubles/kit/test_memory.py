"""What the doubles remember is bounded, and whoever waits is woken."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from system_under_test.doubles.kit.memory import Memory


def memory(max_items: int = 100, max_bytes: int = 10_000) -> Memory[str]:
    return Memory(max_items=max_items, max_bytes=max_bytes, size=len)


@given(st.lists(st.text(max_size=30)), st.integers(1, 8), st.integers(1, 60))
def test_the_newest_items_are_kept_within_both_bounds(items: list[str], max_items: int, max_bytes: int) -> None:
    held = memory(max_items, max_bytes)
    for item in items:
        held.add(item)
    kept = list(held.newest_first())
    assert kept == items[::-1][: len(kept)]
    assert held.bytes_held == sum(map(len, kept))
    assert held.forgotten == len(items) - len(kept)
    assert len(kept) <= max_items
    assert held.bytes_held <= max_bytes or len(kept) == 1
    # Nothing is forgotten for no reason: one more would be too many or too large.
    if len(kept) < len(items):
        one_more = items[::-1][: len(kept) + 1]
        assert len(one_more) > max_items or sum(map(len, one_more)) > max_bytes


def test_a_waiter_is_woken_by_what_it_waits_for_and_only_by_that() -> None:
    async def scene() -> None:
        held = memory()
        waiter = asyncio.create_task(held.wait(lambda item: item == "b", 10))
        await asyncio.sleep(0)
        held.add("a")
        for _ in range(5):
            await asyncio.sleep(0)
        assert not waiter.done()
        held.add("b")
        assert await waiter == "b"
        assert held.bell.waiting == 0

    asyncio.run(scene())


def test_every_waiter_is_woken() -> None:
    async def scene() -> None:
        held = memory()
        waiters = [asyncio.create_task(held.wait(lambda _: True, 10)) for _ in range(20)]
        await asyncio.sleep(0)
        assert held.bell.waiting == 20
        held.add("x")
        assert await asyncio.gather(*waiters) == ["x"] * 20

    asyncio.run(scene())


def test_what_is_there_already_needs_no_waiting_and_nothing_is_told_as_nothing() -> None:
    async def scene() -> None:
        held = memory()
        held.add("old")
        held.add("new")
        assert await held.wait(lambda _: True, 0) == "new"
        assert await held.wait(lambda item: item == "never", 0.01) is None

    asyncio.run(scene())
