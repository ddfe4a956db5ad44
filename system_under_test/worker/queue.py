"""The job queues: Dramatiq on Valkey. Messages carry a job's id, and the trace it belongs to."""

import time
import uuid
from typing import cast

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import Retries, ShutdownNotifications, TimeLimit
from redis.backoff import NoBackoff
from redis.retry import Retry

from system_under_test.worker.middleware import DropTracebacks, TraceJobs
from system_under_test.worker.routing import QUEUES, queue_of

NAMESPACE = "dramatiq"
HEARTBEAT_SECONDS = 30

# Every message bears the time at which it was first sent, and keeps it through all retries. Neither the order of
# the waiting list nor the times of delivery tell the oldest one, so the unfinished messages are looked at, inside
# Valkey: one round trip, and nothing kept beside the queue that could go wrong. 10,000 messages take about 25 ms.
_OLDEST = """
local oldest = -1
for _, key in ipairs(KEYS) do
    for _, body in ipairs(redis.call("hvals", key)) do
        local sent = tonumber(string.match(body, '"message_timestamp":(%d+)'))
        if sent and (oldest < 0 or sent < oldest) then oldest = sent end
    end
end
return oldest
"""


def make_client(queue_url: str, *, timeout: float = 5.0) -> redis.Redis:
    """Return a client that gives up after ``timeout`` seconds instead of waiting for ever."""
    return redis.Redis.from_url(
        queue_url,
        socket_connect_timeout=min(timeout, 2.0),
        socket_timeout=timeout,
        retry=Retry(NoBackoff(), 1),
    )


def make_broker(queue_url: str) -> RedisBroker:
    """Return the broker with all queues declared; it connects lazily.

    A message is acknowledged when its work is done, so that of a killed worker comes back after half a minute.
    """
    broker = RedisBroker(  # type: ignore[no-untyped-call]
        client=make_client(queue_url),
        middleware=[TimeLimit(time_limit=60_000), ShutdownNotifications(), TraceJobs(), Retries(), DropTracebacks()],
        # Look for messages of dead workers in one of twenty commands: the default of one in a
        # thousand takes many minutes on a quiet queue.
        maintenance_chance=50_000,
        heartbeat_timeout=HEARTBEAT_SECONDS * 1000,
    )
    for queue in QUEUES:
        broker.declare_queue(queue)
    return broker


def send(broker: dramatiq.Broker, actor: str, job_id: uuid.UUID, trace_parent: str | None = None) -> None:
    """Put the message for ``actor`` into its queue; raises ``redis.RedisError`` when that is away."""
    options = {"trace_parent": trace_parent} if trace_parent else {}
    broker.enqueue(
        dramatiq.Message(queue_name=queue_of(actor), actor_name=actor, args=(str(job_id),), kwargs={}, options=options)
    )


class QueueGauge:
    """Reads the state of the queues from Valkey at the moment of asking."""

    def __init__(self, queue_url: str) -> None:
        self._client = make_client(queue_url, timeout=1.0)
        self._oldest = self._client.register_script(_OLDEST)

    def ping(self) -> None:
        """Raise ``redis.RedisError`` when the queue does not answer within a second."""
        self._client.ping()

    def waiting(self, *queues: str) -> int:
        """Return how many messages of ``queues``, by default of all, no worker has fetched yet."""
        return sum(self._client.llen(f"{NAMESPACE}:{queue}") for queue in queues or QUEUES)

    def depth(self) -> dict[str, int]:
        """Return messages that are not finished, per queue; ``pdf.retry`` waits for its next attempt."""
        pipe = self._client.pipeline(transaction=False)
        for queue in QUEUES:
            pipe.hlen(f"{NAMESPACE}:{queue}.msgs")
            pipe.hlen(f"{NAMESPACE}:{queue}.DQ.msgs")
        names = [name for queue in QUEUES for name in (queue, f"{queue}.retry")]
        return dict(zip(names, map(int, pipe.execute()), strict=True))

    def ages(self) -> dict[str, float]:
        """Return per queue the age of its oldest unfinished message, those that wait for a retry too.

        In seconds since it was first sent; 0 when nothing is unfinished.
        """
        found: dict[str, float] = {}
        for queue in QUEUES:
            keys = [f"{NAMESPACE}:{queue}.msgs", f"{NAMESPACE}:{queue}.DQ.msgs"]
            sent = cast("int", self._oldest(keys=keys))
            found[queue] = max(0.0, time.time() - sent / 1000) if sent >= 0 else 0.0
        return found

    def dead(self) -> dict[str, int]:
        """Return how many dead letters each queue has."""
        pipe = self._client.pipeline(transaction=False)
        for queue in QUEUES:
            pipe.zcard(f"{NAMESPACE}:{queue}.XQ")
        return dict(zip(QUEUES, map(int, pipe.execute()), strict=True))

    def close(self) -> None:
        """Close the connection."""
        self._client.close()
