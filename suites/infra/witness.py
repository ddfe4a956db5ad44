"""The witness: requests at a constant rate, whatever the answers do, so that a pause of the system is not overlooked.

Every request is due at a time of its own (an open workload): a slow answer never delays the next request, and latency
counts from when the request was due. Half go over connections that are kept, half open one each, because the two meet
a stopping pod in different ways.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Self

from suites.infra.exchange import perform
from suites.infra.params import Witness

if TYPE_CHECKING:
    import httpx

_LANES = 4  # kept connections, so that they lead to more than one pod
_LATE = 1.0  # seconds after which a request does not count as sent in its time


@dataclass(frozen=True)
class Sample:
    """One request of the witness. Times are seconds of the method.

    Attributes:
        phase: when it was due; of one that was still under way at the disruption, when it ended.
        kept: went over a kept connection.
        sent: how long after its time it was sent, in seconds.
        latency: from when it was due to the end of the reply, without the time over which it was sent on purpose.
        lost: why there was no good answer; empty when there was one.
    """

    due: float
    phase: str
    name: str
    kept: bool
    sent: float
    latency: float
    lost: str

    @property
    def late(self) -> bool:
        """Sent so late that the rate was not constant."""
        return self.sent > _LATE


@dataclass
class WitnessRun:
    """Context manager: sends while it is open, and has all answers behind it.

    Args:
        base: URL of the endpoint.
        clock: seconds of the method.
    """

    params: Witness
    base: str
    clock: Callable[[], float]
    phase: str = "before"
    planned: int = 0
    _samples: list[Future[Sample]] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        import httpx

        self._kept = [httpx.Client(trust_env=False, verify=False) for _ in range(_LANES)]  # noqa: S501  loopback
        never_kept = httpx.Limits(max_keepalive_connections=0)
        self._fresh = httpx.Client(trust_env=False, verify=False, limits=never_kept)  # noqa: S501
        slowest = max(one.over for one in self.params.requests)
        busiest = int(self.params.rate * (self.params.timeout + slowest + 1)) + 1
        self._pool = ThreadPoolExecutor(busiest, thread_name_prefix="witness")
        self._dispatcher = threading.Thread(target=self._dispatch, name="witness-dispatcher", daemon=True)
        self._dispatcher.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        self._dispatcher.join()
        self._pool.shutdown(wait=True, cancel_futures=error is not None)
        for client in (*self._kept, self._fresh):
            client.close()

    def samples(self) -> list[Sample]:
        """All requests, in the order in which they were due. To be asked behind the context."""
        return [one.result() for one in self._samples if one.done() and not one.cancelled()]

    def _dispatch(self) -> None:
        began, kinds = time.monotonic(), self.params.requests
        offset = self.clock() - began
        while True:
            due = began + self.planned / self.params.rate
            if self._stop.wait(max(0.0, due - time.monotonic())):
                return
            number, self.planned = self.planned, self.planned + 1
            kept = (number // len(kinds)) % 2 == 0  # each kind of request goes both ways
            self._samples.append(self._pool.submit(self._send, number, due, offset, kept, self.phase))

    def _send(self, number: int, due: float, offset: float, kept: bool, phase: str) -> Sample:
        exchange = self.params.requests[number % len(self.params.requests)]
        client: httpx.Client = self._kept[number // 2 % _LANES] if kept else self._fresh
        began = time.monotonic()
        lost = perform(client, self.base, exchange, {}, self.params.timeout)
        client.cookies.clear()  # every request is a visitor of its own
        took = time.monotonic() - due - exchange.over
        lost = lost or (f"answered after {took:.1f} s" if took > self.params.timeout else "")
        if phase == "before":
            phase = self.phase  # under way when the disruption began: that is what met it
        return Sample(due + offset, phase, exchange.name, kept, began - due, took, lost)
