"""How the fake shop misbehaves, operation by operation."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fault:
    """What happens to one request. The default is: nothing.

    Attributes:
        delay: seconds before anything else.
        status: HTTP status; other than 200 there is no answer.
        graphql_code: `extensions.code` of an error in a reply with status 200.
        drop: the connection is closed without a reply.
        wrong: the reply comes fast and well formed, with another guest's data.
    """

    delay: float = 0.0
    status: int = 200
    graphql_code: str = ""
    drop: bool = False
    wrong: bool = False

    def spoil(self, data: dict[str, Any]) -> dict[str, Any]:
        """The data, wrong when it is to be wrong."""
        return _spoiled(data) if self.wrong else data


def _spoiled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _spoiled(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return []
    return f"not {value}" if isinstance(value, str) else value


class Faults:
    """Faults by operation name (`Home`, `AddEvent`, …), each list gone through in a circle."""

    def __init__(self) -> None:
        self._cycles: dict[str, Sequence[Fault]] = {}
        self._turn: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._period, self._freeze, self._since = 0.0, 0.0, 0.0
        self.seen: Counter[str] = Counter()

    def on(self, operation: str, *faults: Fault) -> None:
        """From now on, requests of `operation` meet these faults in turn."""
        self._cycles[operation] = faults

    def freeze(self, seconds: float, every: float) -> None:
        """From now on, nothing is answered in the last `seconds` of `every` so many."""
        self._period, self._freeze, self._since = every, seconds, time.monotonic()

    def next(self, operation: str) -> Fault:
        """The fault of the next request."""
        with self._lock:
            self.seen[operation] += 1
            cycle = self._cycles.get(operation)
            if not cycle:
                return Fault()
            self._turn[operation] += 1
            return cycle[(self._turn[operation] - 1) % len(cycle)]

    def frozen_for(self, now: float) -> float:
        """Seconds until the shop thaws; 0 while it works."""
        if not self._period:
            return 0.0
        into = (now - self._since) % self._period
        return self._period - into if into >= self._period - self._freeze else 0.0
