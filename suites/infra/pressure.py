"""Clients that work as fast as they are answered, until they are told to stop."""

from __future__ import annotations

import threading
import time
from collections import Counter
from types import TracebackType
from typing import Any, Self

from suites.infra.exchange import perform
from suites.infra.params import Pressure

_TIMEOUT = 30.0  # seconds for one answer: under pressure they are slow
_AFTER_TROUBLE = 0.5  # seconds of rest after an answer that was no good


class PressureRun:
    """Context manager: the clients work while it is open.

    Attributes:
        good: good answers so far.
        troubles: why answers were no good → how often.
    """

    def __init__(self, params: Pressure, base: str) -> None:
        self._params, self._base = params, base
        self._stop, self._lock = threading.Event(), threading.Lock()
        self.good = 0
        self.troubles: Counter[str] = Counter()

    def __enter__(self) -> Self:
        self._threads = [
            threading.Thread(target=self._work, name=f"pressure-{n}", daemon=True) for n in range(self._params.workers)
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        """Prepares, then repeats; begins anew with a fresh session when something was no good."""
        import httpx

        while not self._stop.is_set():
            with httpx.Client(trust_env=False, verify=False) as client:  # noqa: S501  loopback
                saved: dict[str, Any] = {}
                if all(self._once(client, one, saved) for one in self._params.prepare):
                    while not self._stop.is_set() and all(
                        self._once(client, one, saved) for one in self._params.repeat
                    ):
                        time.sleep(self._params.pause)
            self._stop.wait(_AFTER_TROUBLE)

    def _once(self, client: Any, exchange: Any, saved: dict[str, Any]) -> bool:
        trouble = perform(client, self._base, exchange, saved, _TIMEOUT)
        with self._lock:
            if trouble:
                self.troubles[f"{exchange.name}: {trouble}"] += 1
            else:
                self.good += 1
        return not trouble
