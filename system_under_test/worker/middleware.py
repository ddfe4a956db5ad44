"""What happens around every job: its trace, its metrics, and what its message may not carry."""

import threading
import time
from contextlib import ExitStack
from typing import Any

import dramatiq
import structlog
from dramatiq.errors import Retry
from dramatiq.middleware import Middleware
from opentelemetry.trace import SpanKind
from prometheus_client import CollectorRegistry, Counter, Histogram

from system_under_test.telemetry.tracing import mark_fault, span
from system_under_test.worker.routing import ACTOR_QUEUES

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


def actor_label(message: dramatiq.MessageProxy | dramatiq.Message[Any]) -> str:
    """Return the actor's name when it is one of ours: label values must stay few."""
    return message.actor_name if message.actor_name in ACTOR_QUEUES else "other"


class DropTracebacks(Middleware):
    """Keeps tracebacks out of the queue: their messages may quote a customer's address or text.

    The log has type and place of the fault.
    """

    def before_enqueue(self, broker: dramatiq.Broker, message: dramatiq.Message[Any], delay: int | None) -> None:
        """Remove what ``Retries`` has put there."""
        del broker, delay
        message.options.pop("traceback", None)


class TraceJobs(Middleware):
    """A span around every attempt, in the trace of the request that asked for the work.

    The message of a job belongs to one request, so the span is its child; a link would be for batches.
    """

    def __init__(self) -> None:
        self._local = threading.local()

    def before_process_message(self, broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
        """Open the span and name the job to all log lines."""
        del broker
        attributes: dict[str, str | int | float | bool] = {
            "messaging.system": "dramatiq",
            "messaging.operation.type": "process",
            "messaging.destination.name": message.queue_name,
            "messaging.message.id": message.message_id,
            "shop.job_id": str(message.args[0]) if message.args else "",
            "shop.attempt": int(message.options.get("retries", 0)) + 1,
            "shop.age_seconds": round(time.time() - message.message_timestamp / 1000, 3),
        }
        parent = message.options.get("trace_parent")
        # Closed by the other hook, in the same thread.
        stack = ExitStack()
        opened = stack.enter_context(
            span(f"process {actor_label(message)}", attributes, kind=SpanKind.CONSUMER, parent=parent)
        )
        self._local.open = (stack, opened)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(actor=actor_label(message), message_id=message.message_id)

    def after_process_message(
        self,
        broker: dramatiq.Broker,
        message: dramatiq.MessageProxy,
        *,
        result: object = None,
        exception: BaseException | None = None,
    ) -> None:
        """Close the span."""
        del broker, message, result
        stack, opened = self._local.__dict__.pop("open", (None, None))
        if stack is None:
            return
        if isinstance(exception, Retry) and exception.__cause__ is None:
            opened.set_attribute("shop.waits", True)
        elif exception is not None:
            mark_fault(opened, type(exception.__cause__ or exception).__name__)
        stack.close()
        structlog.contextvars.clear_contextvars()

    after_skip_message = after_process_message


class MeasureJobs(Middleware):
    """Attempts by actor and outcome, and their seconds."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._local = threading.local()
        self._attempts = Counter(
            "shop_job_attempts", "Attempts to carry out a job", ["actor", "outcome"], registry=registry
        )
        self._seconds = Histogram(
            "shop_job_seconds", "Seconds of an attempt", ["actor"], buckets=SECONDS, registry=registry
        )

    def before_process_message(self, broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
        """Start the clock."""
        del broker, message
        self._local.started = time.perf_counter()

    def after_process_message(
        self,
        broker: dramatiq.Broker,
        message: dramatiq.MessageProxy,
        *,
        result: object = None,
        exception: BaseException | None = None,
    ) -> None:
        """Count the attempt: done, to be tried again, or dead."""
        del broker, result
        outcome = "done" if exception is None else "dead" if message.failed else "again"
        self._attempts.labels(actor_label(message), outcome).inc()
        self._seconds.labels(actor_label(message)).observe(time.perf_counter() - self._local.started)
