"""Waiting for what no page shows: a row of the database, a letter."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Seen = TypeVar("Seen")
_PAUSE = 0.1  # seconds between two looks: short for a person, long for a database


def wait_for(look: Callable[[], Seen], good: Callable[[Seen], bool], expected: str, seconds: float = 60.0) -> Seen:
    """What `look` gave as soon as it is `good`. After `seconds` it raises AssertionError with the last look."""
    end = time.monotonic() + seconds
    while True:
        seen = look()
        if good(seen):
            return seen
        if time.monotonic() >= end:
            raise AssertionError(f"expected {expected} within {seconds:g} s, got {seen}")
        time.sleep(_PAUSE)
