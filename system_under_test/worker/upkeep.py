"""What must happen from time to time although nobody asks: lost messages are written again, silent payments asked for.

It belongs to the worker, not to the relay: it may wait for the payment provider, and the outbox may not; and
without a worker there would be nobody to carry out what it finds.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import redis
from sqlalchemy.exc import SQLAlchemyError

from system_under_test.db.engine import Database
from system_under_test.mail.service import rescue_lost_mails
from system_under_test.payments.gateway import Gateway, GatewayError
from system_under_test.payments.reconcile import find_unsettled, rescue_events, rescue_refunds, settle
from system_under_test.printing.service import rescue_lost_jobs
from system_under_test.telemetry.logs import describe_fault, get_logger
from system_under_test.telemetry.tracing import span
from system_under_test.worker.locks import holding
from system_under_test.worker.queue import QueueGauge
from system_under_test.worker.routing import ORDER_QUEUE, PDF_QUEUE

log = get_logger(__name__)

POLL_SECONDS = 0.5
RESCUE_SECONDS = 5.0
RECONCILE_SECONDS = 30.0
# Each is more than the longest pause between two attempts of that work.
PDF_QUEUED_SECONDS = 45.0
PDF_RUNNING_SECONDS = 90.0  # beyond the time limit for one job
MAIL_SECONDS = 600.0
MAIL_UNTRIED_SECONDS = 60.0
EVENT_SECONDS = 60.0
REFUND_SECONDS = 300.0
# The provider tells of a payment within seconds; a customer who is still typing is asked about in vain.
UNSETTLED_SECONDS = 120.0
UNSETTLED_AT_ONCE = 20


@dataclass
class Chore:
    """Something to do every so many seconds; returns how much there was to do."""

    name: str
    every_seconds: float
    work: Callable[[], int]
    due: float = field(default_factory=time.monotonic)
    failing: bool = False


class Upkeep(threading.Thread):
    """Does the chores of the shop, each by one process at a time.

    The advisory lock is for the provider's sake: looking for silent orders and asking about them are two steps,
    and ten workers that start together would ask ten times. The chores themselves may run twice without harm.
    """

    def __init__(self, database: Database, gateway: Gateway, gauge: QueueGauge) -> None:
        super().__init__(name="upkeep", daemon=True)
        self._database = database
        self._gateway = gateway
        self._gauge = gauge
        self._stopped = threading.Event()
        self.chores = [
            Chore("rescue_pdfs", RESCUE_SECONDS, self._rescue_pdfs),
            Chore("rescue_orders", RESCUE_SECONDS, self._rescue_orders),
            Chore("reconcile", RECONCILE_SECONDS, self._reconcile),
        ]

    def stop(self, timeout: float = 3.0) -> None:
        """Begin no further chore; waits up to ``timeout`` seconds for the present one."""
        self._stopped.set()
        if self.is_alive():
            self.join(timeout)

    def run(self) -> None:
        """Work until stopped; a chore that fails is logged once and tried again."""
        while not self._stopped.wait(POLL_SECONDS):
            for chore in self.chores:
                if time.monotonic() >= chore.due and not self._stopped.is_set():
                    self._turn(chore)

    def _turn(self, chore: Chore) -> None:
        chore.due = time.monotonic() + chore.every_seconds
        try:
            with holding(self._database, f"upkeep:{chore.name}") as mine:
                count = chore.work() if mine else 0
        except (SQLAlchemyError, redis.RedisError, GatewayError) as fault:
            if not chore.failing:
                log.warning("upkeep_failing", chore=chore.name, error=describe_fault(fault))
            chore.failing = True
            return
        except Exception as fault:  # noqa: BLE001 - one broken chore must not end the others
            log.error("upkeep_fault", chore=chore.name, error=describe_fault(fault))
            return
        if chore.failing:
            log.info("upkeep_recovered", chore=chore.name)
        chore.failing = False
        if count:
            log.warning("upkeep_found", chore=chore.name, count=count)

    def _rescue_pdfs(self) -> int:
        # Messages that still wait for a worker are not lost, only late.
        if self._gauge.waiting(PDF_QUEUE) > 0:
            return 0
        with self._database.write() as session:
            return rescue_lost_jobs(
                session, queued_seconds=PDF_QUEUED_SECONDS, running_seconds=PDF_RUNNING_SECONDS
            )  # fmt: skip

    def _rescue_orders(self) -> int:
        if self._gauge.waiting(ORDER_QUEUE) > 0:
            return 0
        with self._database.write() as session:
            return (
                rescue_lost_mails(session, tried_seconds=MAIL_SECONDS, untried_seconds=MAIL_UNTRIED_SECONDS)
                + rescue_events(session, EVENT_SECONDS)
                + rescue_refunds(session, REFUND_SECONDS)
            )

    def _reconcile(self) -> int:
        with self._database.read() as session:
            orders = find_unsettled(session, UNSETTLED_SECONDS, UNSETTLED_AT_ONCE)
        paid = 0
        for order_id in orders:
            if self._stopped.is_set():
                break
            with span("reconcile", {"shop.order_id": str(order_id)}):
                facts = settle(self._database, self._gateway, order_id)
            paid += facts is not None and facts.is_paid
        return paid
