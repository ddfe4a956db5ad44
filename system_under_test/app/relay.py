"""The relay: a thread that moves outbox messages into the queue and rescues jobs whose message was lost."""

import threading
import time

import dramatiq
import redis
from sqlalchemy.exc import SQLAlchemyError

from system_under_test.db.engine import Database
from system_under_test.db.outbox import drain
from system_under_test.printing.service import rescue_lost_jobs
from system_under_test.telemetry.logs import describe_fault, get_logger
from system_under_test.worker.queue import QueueGauge, send

log = get_logger(__name__)

POLL_SECONDS = 1.0
RESCUE_SECONDS = 5.0
QUEUED_TOO_LONG_SECONDS = 20.0
RUNNING_TOO_LONG_SECONDS = 90.0  # beyond the worker's time limit for one job


class OutboxRelay(threading.Thread):
    """Sends outbox messages as soon as it is woken, and at the latest after a second."""

    def __init__(self, database: Database, broker: dramatiq.Broker, gauge: QueueGauge) -> None:
        super().__init__(name="outbox-relay", daemon=True)
        self._database = database
        self._broker = broker
        self._gauge = gauge
        self._woken = threading.Event()
        self._stopping = False
        self._failing = False
        self._next_rescue = time.monotonic() + RESCUE_SECONDS

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
                count = drain(session, lambda actor, job_id: send(self._broker, actor, job_id))
            sent += count
            if count == 0:
                break
        if time.monotonic() >= self._next_rescue:
            self._next_rescue = time.monotonic() + RESCUE_SECONDS
            self._rescue()
        return sent

    def _rescue(self) -> None:
        # Messages that still wait for a worker are not lost, only late.
        if self._gauge.waiting() > 0:
            return
        with self._database.write() as session:
            count = rescue_lost_jobs(
                session,
                queued_seconds=QUEUED_TOO_LONG_SECONDS,
                running_seconds=RUNNING_TOO_LONG_SECONDS,
            )
        if count:
            log.warning("jobs_rescued", count=count)
            self._woken.set()
