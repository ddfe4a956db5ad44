"""The relay: a thread that moves outbox messages into the queue."""

import threading

import dramatiq
import redis
from opentelemetry.trace import SpanKind
from sqlalchemy.exc import SQLAlchemyError

from system_under_test.db.engine import Database
from system_under_test.db.outbox import Waiting, drain
from system_under_test.telemetry.logs import describe_fault, get_logger
from system_under_test.telemetry.tracing import current_trace_parent, span
from system_under_test.worker.queue import send
from system_under_test.worker.routing import queue_of

log = get_logger(__name__)

POLL_SECONDS = 1.0


class OutboxRelay(threading.Thread):
    """Sends outbox messages as soon as it is woken, and at the latest after a second."""

    def __init__(self, database: Database, broker: dramatiq.Broker) -> None:
        super().__init__(name="outbox-relay", daemon=True)
        self._database = database
        self._broker = broker
        self._woken = threading.Event()
        self._stopping = False
        self._failing = False

    def wake(self) -> None:
        """Say that there is a new message."""
        self._woken.set()

    def stop(self, timeout: float = 3.0) -> None:
        """Send what is waiting and end; gives up after ``timeout`` seconds."""
        self._stopping = True
        self._woken.set()
        if self.is_alive():
            self.join(timeout)

    def run(self) -> None:
        """Work until stopped; faults are logged once and tried again."""
        while not self._stopping:
            self._woken.wait(POLL_SECONDS)
            self._woken.clear()
            try:
                self.turn()
            except (SQLAlchemyError, redis.RedisError) as fault:
                if not self._failing:
                    log.warning("relay_failing", error=describe_fault(fault))
                self._failing = True
            else:
                if self._failing:
                    log.info("relay_recovered")
                self._failing = False

    def turn(self) -> int:
        """Send all waiting messages once; return how many."""
        sent = 0
        while True:
            with self._database.write() as session:
                count = drain(session, self._send)
            sent += count
            if count == 0:
                return sent

    def _send(self, message: Waiting) -> None:
        if message.trace_parent is None:
            send(self._broker, message.actor, message.job_id)
            return
        # The span begins when the message was written: its length is the time that it lay in the outbox.
        attributes = {
            "messaging.system": "dramatiq",
            "messaging.operation.type": "send",
            "messaging.destination.name": queue_of(message.actor),
            "shop.job_id": str(message.job_id),
        }
        name, began = f"send {message.actor}", message.created_at
        with span(name, attributes, kind=SpanKind.PRODUCER, parent=message.trace_parent, began=began):
            send(self._broker, message.actor, message.job_id, current_trace_parent())
