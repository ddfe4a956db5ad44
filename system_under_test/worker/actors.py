"""The printing workshop. Its work is idempotent: a message may arrive more than once."""

import hashlib
import time
import uuid

from prometheus_client import CollectorRegistry, Counter, Histogram

from system_under_test.db.engine import Database
from system_under_test.printing import service
from system_under_test.printing.render import RenderError, render_pdf
from system_under_test.printing.storage import ObjectStore, StorageError
from system_under_test.printing.task import load_task
from system_under_test.telemetry.logs import describe_fault, get_logger
from system_under_test.telemetry.tracing import span
from system_under_test.worker.errors import GivenUpError
from system_under_test.worker.locks import holding

log = get_logger(__name__)


class Workshop:
    """Makes PDFs: reads what is to be printed, sets it, stores the file, writes the outcome."""

    def __init__(self, database: Database, store: ObjectStore, registry: CollectorRegistry) -> None:
        self._database = database
        self._store = store
        self._attempts = Counter("shop_pdf_attempts", "Attempts to make a PDF", ["outcome"], registry=registry)
        self._seconds = Histogram("shop_pdf_seconds", "Seconds to make and store a PDF", registry=registry)

    def make_pdf(self, job_id: str) -> None:
        """Carry out one PDF job.

        A failed attempt puts the job back and raises, so that the queue tries again later; after the last
        attempt the job is FAILED with a reason for the customer and GivenUpError is raised.
        """
        key = uuid.UUID(job_id)
        with holding(self._database, f"pdf:{key}") as mine:
            if not mine:
                # A second message. The holder's own message is not acknowledged before its work is done.
                log.info("pdf_in_other_hands", job_id=job_id)
                return
            self._attempt(key)

    def delete_object(self, job_id: str) -> None:
        """Remove the file of a PDF job whose owner wants it gone; raises StorageError while the store is away."""
        job = uuid.UUID(job_id)
        self._store.delete(service.object_key(job))
        with self._database.write() as session:
            service.forget_object(session, job)

    def _attempt(self, key: uuid.UUID) -> None:
        with self._database.write() as session:
            attempt = service.start_attempt(session, key)
        if attempt is None:
            log.info("pdf_skipped", job_id=str(key))
            return
        if attempt > service.MAX_ATTEMPTS:
            # Earlier attempts ended with the process: do not let one job stop the worker for ever.
            self._give_up(key, "The PDF could not be made. Please try again, or ask us for help.")
            raise GivenUpError("the job ended its worker again and again")
        started = time.perf_counter()
        try:
            made = self._make(key)
        except Exception as fault:
            self._attempts.labels("error").inc()
            log.warning("pdf_attempt_failed", job_id=str(key), attempt=attempt, error=describe_fault(fault))
            if attempt >= service.MAX_ATTEMPTS:
                self._give_up(key, _reason(fault))
                raise GivenUpError("the last attempt has failed") from fault
            with self._database.write() as session:
                service.back_to_queue(session, key)
            raise
        if made:
            seconds = time.perf_counter() - started
            self._attempts.labels("done").inc()
            self._seconds.observe(seconds)
            log.info("pdf_done", job_id=str(key), attempt=attempt, seconds=round(seconds, 3))

    def _make(self, key: uuid.UUID) -> bool:
        with self._database.read() as session:
            task = load_task(session, key)
        if task is None:
            self._give_up(key, "The calendar was deleted before its PDF could be made.")
            return False
        with span("render", {"shop.paper": task.paper}):
            pdf = render_pdf(task.document, task.cover, task.made_at, paper=task.paper)
        checksum = hashlib.sha256(pdf).hexdigest()
        object_key = service.object_key(key)
        with span("store", {"shop.bytes": len(pdf)}):
            self._store.put(object_key, pdf, "application/pdf", checksum)
        with self._database.write() as session:
            kept = service.finish(session, key, object_key, checksum, len(pdf))
        if not kept:
            # Its owner has had everything deleted in the meantime.
            self._store.delete(object_key)
        return kept

    def _give_up(self, key: uuid.UUID, reason: str) -> None:
        with self._database.write() as session:
            service.fail(session, key, reason)
        log.error("pdf_failed", job_id=str(key))


def _reason(fault: Exception) -> str:
    if isinstance(fault, StorageError):
        return "The PDF was made but could not be stored. Please try again in a few minutes."
    if isinstance(fault, RenderError):
        return "The calendar could not be typeset. Please try again, or ask us for help."
    return "The PDF could not be made. Please try again in a few minutes."
