"""Names of runs: sortable by time, readable, and not the same twice."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime


def new_run_id(now: datetime, seed: int) -> str:
    """`2026-11-23T10-15-30Z-ab12`: the second in UTC, and four digits of the microsecond and the seed.

    Args:
        now: a moment with its time zone.
    """
    moment = now.astimezone(UTC)
    mark = hashlib.sha256(f"{moment.isoformat(timespec='microseconds')}/{seed}".encode()).hexdigest()[:4]
    return f"{moment:%Y-%m-%dT%H-%M-%SZ}-{mark}"


def created_at(now: datetime) -> str:
    """The moment as the plan keeps it: ISO 8601, UTC, seconds."""
    return now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
