"""The job queue: Dramatiq on Valkey. Messages carry a job's id and nothing else."""

import uuid

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import Retries, ShutdownNotifications, TimeLimit
from redis.backoff import NoBackoff
from redis.retry import Retry

PDF_QUEUE = "pdf"
NAMESPACE = "dramatiq"


def make_client(queue_url: str, *, timeout: float = 5.0) -> redis.Redis:
    """Return a client that gives up after ``timeout`` seconds instead of waiting for ever."""
    return redis.Redis.from_url(
        queue_url,
        socket_connect_timeout=min(timeout, 2.0),
        socket_timeout=timeout,
        retry=Retry(NoBackoff(), 1),
    )


def make_broker(queue_url: str) -> RedisBroker:
    """Return the broker; it connects lazily."""
    broker = RedisBroker(  # type: ignore[no-untyped-call]
        client=make_client(queue_url),
        middleware=[TimeLimit(time_limit=60_000), ShutdownNotifications(), Retries()],
        # Look for messages of dead workers in one of twenty commands: the default of one in a
        # thousand takes many minutes on a quiet queue.
        maintenance_chance=50_000,
        heartbeat_timeout=30_000,
    )
    broker.declare_queue(PDF_QUEUE)
    return broker


def send(broker: dramatiq.Broker, actor: str, job_id: uuid.UUID) -> None:
    """Put the message for ``actor`` into the queue; raises ``redis.RedisError`` when it is away."""
    broker.enqueue(dramatiq.Message(queue_name=PDF_QUEUE, actor_name=actor, args=(str(job_id),), kwargs={}, options={}))


class QueueGauge:
    """Reads the depth of the queue from Valkey at the moment of asking."""

    def __init__(self, queue_url: str) -> None:
        self._client = make_client(queue_url, timeout=1.0)

    def ping(self) -> None:
        """Raise ``redis.RedisError`` when the queue does not answer within a second."""
        self._client.ping()

    def waiting(self) -> int:
        """Return how many messages no worker has fetched yet."""
        return self._client.llen(f"{NAMESPACE}:{PDF_QUEUE}")

    def depth(self) -> dict[str, int]:
        """Return messages that are not finished, per queue; ``pdf.retry`` waits for its next attempt."""
        pipe = self._client.pipeline(transaction=False)
        pipe.hlen(f"{NAMESPACE}:{PDF_QUEUE}.msgs")
        pipe.hlen(f"{NAMESPACE}:{PDF_QUEUE}.DQ.msgs")
        unfinished, delayed = pipe.execute()
        return {PDF_QUEUE: int(unfinished), f"{PDF_QUEUE}.retry": int(delayed)}

    def close(self) -> None:
        """Close the connection."""
        self._client.close()
