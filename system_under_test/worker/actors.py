"""What the worker can do. Every actor is idempotent: its message may arrive more than once."""

import hashlib
import time
import uuid

import dramatiq
from prometheus_client import CollectorRegistry, Counter, Histogram

from system_under_test.db.engine import Database
from system_under_test.printing import service
from system_under_test.printing.document import load_document
from system_under_test.printing.render import RenderError, render_pdf
from system_under_test.printing.storage import ObjectStore, StorageError
from system_under_test.telemetry.logs import describe_fault, get_logger
from system_under_test.worker.queue import PDF_QUEUE

log = get_logger(__name__)


class Workshop:
    """Makes PDFs: reads the calendar, sets it, stores the file, writes the outcome."""

    def __init__(self, database: Database, store: ObjectStore, registry: CollectorRegistry) -> None:
        self._database = database
        self._store = store
        self._attempts = Counter("shop_pdf_attempts", "Attempts to make a PDF", ["outcome"], registry=registry)
        self._seconds = Histogram("shop_pdf_seconds", "Seconds to make and store a PDF", registry=registry)

    def make_pdf(self, job_id: str) -> None:
        """Carry out one PDF job.

        A failed attempt puts the job back and raises, so that the queue tries again later; after
        the last attempt the job is FAILED with a reason for the customer and nothing is raised.
        """
        key = uuid.UUID(job_id)
        with self._database.write() as session:
            attempt = service.start_attempt(session, key)
        if attempt is None:
            log.info("pdf_skipped", job_id=job_id)
            return
        if attempt > service.MAX_ATTEMPTS:
            # Earlier attempts ended with the process: do not let one job stop the worker for ever.
            self._give_up(key, "The PDF could not be made. Please try again, or ask us for help.")
            return
        started = time.perf_counter()
        try:
            self._make(key)
        except Exception as fault:
            self._attempts.labels("error").inc()
            log.warning("pdf_attempt_failed", job_id=job_id, attempt=attempt, error=describe_fault(fault))
            if attempt >= service.MAX_ATTEMPTS:
                self._give_up(key, _reason(fault))
                return
            with self._database.write() as session:
                service.back_to_queue(session, key)
            raise
        seconds = time.perf_counter() - started
        self._attempts.labels("done").inc()
        self._seconds.observe(seconds)
        log.info("pdf_done", job_id=job_id, attempt=attempt, seconds=round(seconds, 3))

    def _make(self, key: uuid.UUID) -> None:
        with self._database.read() as session:
            loaded = load_document(session, key)
        if loaded is None:
            self._give_up(key, "The calendar was deleted before its PDF could be made.")
            return
        document, cover = loaded
        pdf = render_pdf(document, cover)
        checksum = hashlib.sha256(pdf).hexdigest()
        object_key = f"pdf/{key}.pdf"
        self._store.put(object_key, pdf, "application/pdf", checksum)
        with self._database.write() as session:
            service.finish(session, key, object_key, checksum, len(pdf))

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


def register_actors(broker: dramatiq.Broker, workshop: Workshop) -> None:
    """Declare the actors on ``broker``; back-off doubles from 1 s up to 20 s, with jitter."""
    declare = dramatiq.actor(
        broker=broker,
        actor_name=service.ACTOR,
        queue_name=PDF_QUEUE,
        min_backoff=1_000,
        max_backoff=20_000,
        max_retries=20,
    )
    declare(workshop.make_pdf)
