"""Delivering events: signed posts, retried with growing pauses, in order within a group, with planned trouble."""

import asyncio
import json
import time
from collections.abc import Coroutine
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

import httpx

from system_under_test.doubles.stripe.signing import sign
from system_under_test.doubles.stripe.values import Obj, new_id

POST_SECONDS = 10.0
LONGEST_PAUSE = 3600.0


class Mode(StrEnum):
    """What happens to the next events."""

    NORMAL = "normal"
    DUPLICATE = "duplicate"
    REORDER = "reorder"
    DELAY = "delay"
    DROP = "drop"
    BAD_SIGNATURE = "bad_signature"
    OLD_TIMESTAMP = "old_timestamp"


@dataclass
class Trouble:
    """A mode for the next ``count`` events; ``seconds`` is the delay, or the age of an old timestamp."""

    mode: Mode = Mode.NORMAL
    count: int = 0
    seconds: float = 1.0
    together: bool = False


@dataclass
class Delivery:
    """One way of one event to the receiver; ``state`` is waiting, held, delivered, failed or dropped."""

    event_id: str
    event_type: str
    object_id: str
    mode: Mode
    state: str = "waiting"
    id: str = field(default_factory=lambda: new_id("dlv_", 12))
    attempts: list[Obj] = field(default_factory=list)


class Webhooks:
    """Posts events to one endpoint. Must be used from within a running event loop."""

    def __init__(self, url: str, secret: str, *, retry_base: float, max_attempts: int) -> None:
        self._url = url
        self._secret = secret
        self._retry_base = retry_base
        self._max_attempts = max_attempts
        self._client = httpx.AsyncClient(timeout=POST_SECONDS, trust_env=False)
        self._tasks: set[asyncio.Task[None]] = set()
        # Group → its newest delivery, behind which the next one waits.
        self._tails: dict[str, asyncio.Task[None]] = {}
        self._held: list[tuple[Obj, str, Delivery]] = []
        self._trouble = Trouble()
        self.deliveries: list[Delivery] = []

    def plan(self, trouble: Trouble) -> None:
        """Set what happens to the next events. Events that were held back for reordering go out now."""
        self._trouble = trouble
        self._release()

    def submit(self, event: Obj, group: str) -> None:
        """Deliver ``event`` after the events of the same ``group`` that were submitted before."""
        trouble = self._trouble
        mode = trouble.mode if trouble.count > 0 else Mode.NORMAL
        trouble.count -= 1
        delivery = self._record(event, mode)
        if mode is Mode.DROP:
            delivery.state = "dropped"
        elif mode is Mode.REORDER:
            delivery.state = "held"
            self._held.append((event, group, delivery))
            if trouble.count == 0:
                self._release()
        elif mode is Mode.DUPLICATE:
            self._chain([(event, delivery), (event, self._record(event, mode))], [group], together=trouble.together)
        else:
            self._chain([(event, delivery)], [group], seconds=trouble.seconds)

    def redeliver(self, event: Obj) -> Delivery:
        """Deliver ``event`` again, at once and well signed, whatever became of it before."""
        delivery = self._record(event, Mode.NORMAL)
        self._start(self._post(event, delivery, 0.0))
        return delivery

    def as_list(self) -> list[Obj]:
        """Return all deliveries as JSON, oldest first."""
        return [asdict(delivery) for delivery in self.deliveries]

    def clear(self) -> None:
        """Forget all deliveries and stop those under way."""
        self._stop()
        self._held.clear()
        self._tails.clear()
        self.deliveries.clear()
        self._trouble = Trouble()

    async def close(self) -> None:
        """Stop the deliveries under way and close the connections."""
        tasks = self._stop()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._client.aclose()

    def _stop(self) -> list[asyncio.Task[None]]:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        return tasks

    def _record(self, event: Obj, mode: Mode) -> Delivery:
        delivery = Delivery(event["id"], event["type"], event["data"]["object"]["id"], mode)
        self.deliveries.append(delivery)
        return delivery

    def _release(self) -> None:
        held, self._held = self._held, []
        if held:
            backwards = [(event, delivery) for event, _, delivery in reversed(held)]
            self._chain(backwards, [group for _, group, _ in held])

    def _chain(
        self, chain: list[tuple[Obj, Delivery]], groups: list[str], *, seconds: float = 1.0, together: bool = False
    ) -> None:
        before = [self._tails[group] for group in groups if group in self._tails]
        task = self._start(self._run(chain, before, seconds, together))
        for group in groups:
            self._tails[group] = task

    async def _run(
        self, chain: list[tuple[Obj, Delivery]], before: list[asyncio.Task[None]], seconds: float, together: bool
    ) -> None:
        if before:
            await asyncio.wait(before)
        if together:
            await asyncio.gather(*(self._post(event, delivery, seconds) for event, delivery in chain))
            return
        for event, delivery in chain:
            await self._post(event, delivery, seconds)

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        for group in [group for group, tail in self._tails.items() if tail is task]:
            del self._tails[group]

    async def _post(self, event: Obj, delivery: Delivery, seconds: float) -> None:
        body = json.dumps(event, indent=2, ensure_ascii=False).encode()
        if delivery.mode is Mode.DELAY:
            await asyncio.sleep(seconds)
        delivery.state = "waiting"
        for number in range(self._max_attempts):
            if number:
                await asyncio.sleep(min(LONGEST_PAUSE, self._retry_base * 2.0 ** (number - 1)))
            answer = await self._attempt(body, delivery.mode, seconds)
            delivery.attempts.append(answer)
            if 200 <= answer["status"] < 300:
                delivery.state = "delivered"
                return
        delivery.state = "failed"

    async def _attempt(self, body: bytes, mode: Mode, seconds: float) -> Obj:
        # Each attempt is signed anew, as Stripe does: a late retry would else be refused for its age.
        now = time.time()
        secret = f"{self._secret}-of-somebody-else" if mode is Mode.BAD_SIGNATURE else self._secret
        timestamp = int(now - seconds) if mode is Mode.OLD_TIMESTAMP else int(now)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": sign(body, secret, timestamp),
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        answer: Obj = {"at": now, "status": 0, "error": None}
        try:
            response = await self._client.post(self._url, content=body, headers=headers)
            answer["status"] = response.status_code
        except httpx.HTTPError as fault:
            answer["error"] = f"{type(fault).__name__}: {fault}"
        return answer
