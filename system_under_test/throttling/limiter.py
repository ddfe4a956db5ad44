"""Rate limits counted in Valkey, so that all processes of the shop share them.

A sliding window counter costs one script and so one round trip a budget (0.12 ms of processor time), keeps two
numbers per client, and knows no edge at which twice as much would pass. It runs in the event loop: who is over the
limit must not occupy a thread that customers wait for.
"""

import asyncio
import hashlib
import hmac
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

from limits.aio.storage import RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError
from starlette.requests import HTTPConnection

from system_under_test.settings import AppSettings
from system_under_test.telemetry.logs import describe_fault, get_logger
from system_under_test.telemetry.metrics import Metrics
from system_under_test.throttling.address import client_of, parse_networks
from system_under_test.throttling.budgets import WINDOW_SECONDS, Budget

log = get_logger(__name__)

ANSWER_SECONDS = 0.25
# How long nobody asks after Valkey did not answer: waiting for it in each request would be an outage of our own.
PAUSE_SECONDS = 1.0
AWAY = (RedisError, OSError, TimeoutError)


@dataclass(frozen=True, slots=True)
class Charge:
    """``cost`` requests on the ``budget`` of ``client``, an address or an account."""

    budget: Budget
    client: str
    cost: int = 1


@dataclass(frozen=True, slots=True)
class Excess:
    """A budget that is used up; ``retry_after`` in whole seconds."""

    budget: Budget
    retry_after: int

    @property
    def headers(self) -> dict[str, str]:
        """``Retry-After``, and the fields of the IETF draft on rate limits."""
        name, amount = self.budget.name, self.budget.amount
        return {
            "Retry-After": str(self.retry_after),
            "RateLimit": f'"{name}";r=0;t={self.retry_after}',
            "RateLimit-Policy": f'"{name}";q={amount};w={WINDOW_SECONDS}',
        }

    @property
    def sentence(self) -> str:
        """What happened and the next step."""
        wait = "a second" if self.retry_after == 1 else f"{self.retry_after} seconds"
        return f"That was a lot in a short time. Please try again in {wait}."


class Throttle:
    """The limits of one process. Open while Valkey is away: they keep abuse out, and must not keep customers out."""

    def __init__(self, settings: AppSettings, metrics: Metrics) -> None:
        self._on = settings.rate_limits
        self._metrics = metrics
        self._trusted = parse_networks(settings.trusted_proxies)
        self._secret = settings.session_secret.get_secret_value().encode()
        self._connections = ConnectionPool.from_url(
            settings.queue_url, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS
        )
        storage = RedisStorage(
            f"async+{settings.queue_url}",
            implementation="redispy",
            key_prefix="throttle",
            connection_pool=self._connections,  # type: ignore[arg-type]  # meant so by the library
        )
        self._limiter = SlidingWindowCounterRateLimiter(storage)
        self._ask_again = 0.0
        self._failing = False

    @property
    def is_on(self) -> bool:
        """False when the limits are switched off for load from one address."""
        return self._on

    def client(self, request: HTTPConnection) -> str:
        """Return the client's address."""
        peer = request.client.host if request.client else None
        return client_of(peer, request.headers.getlist("x-forwarded-for"), self._trusted)

    async def charge(self, charges: Sequence[Charge]) -> Excess | None:
        """Count the request on all budgets at once; return the one that is used up, if any is."""
        if not self._on or time.monotonic() < self._ask_again:
            return None
        try:
            async with asyncio.timeout(2 * ANSWER_SECONDS):
                if len(charges) == 1:
                    passed = [await self._hit(charges[0])]
                else:
                    passed = await asyncio.gather(*map(self._hit, charges))
                excess = None
                for charge, ok in zip(charges, passed, strict=True):
                    if not ok:
                        excess = await self._excess(charge)
                        break
        except AWAY as fault:
            self._ask_again = time.monotonic() + PAUSE_SECONDS
            self._metrics.unlimited.inc()
            if not self._failing:
                log.warning("rate_limits_off", error=describe_fault(fault), consequence="requests pass uncounted")
            self._failing = True
            return None
        if self._failing:
            self._failing = False
            log.info("rate_limits_on")
        if excess is not None:
            self._metrics.limited.labels(excess.budget.name).inc()
        return excess

    async def close(self) -> None:
        """Close the connections."""
        await self._connections.aclose()

    async def _hit(self, charge: Charge) -> bool:
        return await self._limiter.hit(charge.budget.item, self._key(charge), cost=charge.cost)

    async def _excess(self, charge: Charge) -> Excess:
        stats = await self._limiter.get_window_stats(charge.budget.item, self._key(charge))
        return Excess(charge.budget, max(1, math.ceil(stats.reset_time - time.time())))

    def _key(self, charge: Charge) -> str:
        # Addresses are personal data: Valkey sees only what nobody can turn back without the secret.
        return hmac.new(self._secret, charge.client.encode(), hashlib.sha256).hexdigest()[:24]
