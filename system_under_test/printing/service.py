"""PDF jobs in the database: requested by guests, carried out by the worker."""

import uuid
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from system_under_test.calendars.service import get_calendar
from system_under_test.calendars.tables import Calendar
from system_under_test.db.outbox import OutboxMessage, add_message
from system_under_test.errors import not_found
from system_under_test.orders.tables import Order, OrderItem
from system_under_test.printing.tables import JobStatus, PdfJob

ACTOR = "make_pdf"
MAX_ATTEMPTS = 6
_UNFINISHED = (JobStatus.QUEUED, JobStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class JobData:
    """A PDF job as its owner may see it."""

    id: uuid.UUID
    status: str
    error: str | None


@dataclass(frozen=True, slots=True)
class StoredPdf:
    """Where a finished PDF lies."""

    object_key: str
    sha256: str
    title: str
    year: int


def object_key(job_id: uuid.UUID) -> str:
    """Return the key under which the PDF of a job lies: the same on every attempt."""
    return f"pdf/{job_id}.pdf"


def _belongs_to(owner: str) -> ColumnElement[bool]:
    # An order may move from a guest to an account; its jobs follow it.
    ordered = select(OrderItem.id).join(Order, Order.id == OrderItem.order_id).where(Order.owner_id == owner)
    return or_(
        and_(PdfJob.order_item_id.is_(None), PdfJob.session_id == owner),
        PdfJob.order_item_id.in_(ordered),
    )


def request_pdf(session: Session, owner: str, calendar_id: uuid.UUID) -> JobData:
    """Write a job and its outbox message. A job that still waits in the queue is returned again."""
    get_calendar(session, owner, calendar_id)
    waiting = session.execute(
        select(PdfJob.id, PdfJob.status, PdfJob.error)
        .where(PdfJob.calendar_id == calendar_id, PdfJob.status == JobStatus.QUEUED, PdfJob.attempts == 0)
        .limit(1)
    ).one_or_none()
    if waiting is not None:
        return JobData(*waiting)
    job_id = uuid.uuid4()
    session.execute(insert(PdfJob).values(id=job_id, session_id=owner, calendar_id=calendar_id))
    add_message(session, ACTOR, job_id)
    return JobData(job_id, JobStatus.QUEUED, None)


def get_job(session: Session, owner: str, job_id: uuid.UUID) -> JobData:
    """Return the job of ``owner``; raises NOT_FOUND."""
    row = session.execute(
        select(PdfJob.id, PdfJob.status, PdfJob.error).where(PdfJob.id == job_id, _belongs_to(owner))
    ).one_or_none()
    if row is None:
        raise not_found("PDF")
    return JobData(*row)


def get_stored_pdf(session: Session, owner: str | None, job_id: uuid.UUID) -> StoredPdf:
    """Return where a finished PDF lies; raises NOT_FOUND, also while it is not finished.

    ``owner`` must own it; None is for somebody who has shown a link that we signed.
    """
    mine = [] if owner is None else [_belongs_to(owner)]
    row = session.execute(
        select(
            PdfJob.object_key,
            PdfJob.sha256,
            func.coalesce(OrderItem.title, Calendar.title).label("title"),
            func.coalesce(OrderItem.year, Calendar.year).label("year"),
        )
        .outerjoin(Calendar, Calendar.id == PdfJob.calendar_id)
        .outerjoin(OrderItem, OrderItem.id == PdfJob.order_item_id)
        .where(PdfJob.id == job_id, PdfJob.status == JobStatus.DONE, *mine)
    ).one_or_none()
    if row is None or row.object_key is None or row.sha256 is None or row.title is None:
        raise not_found("PDF")
    return StoredPdf(row.object_key, row.sha256, row.title, row.year)


def start_attempt(session: Session, job_id: uuid.UUID) -> int | None:
    """Mark the job RUNNING; return the number of this attempt, or None when there is nothing to do."""
    return session.scalar(
        update(PdfJob)
        .where(PdfJob.id == job_id, PdfJob.status.in_(_UNFINISHED))
        .values(status=JobStatus.RUNNING, attempts=PdfJob.attempts + 1, updated_at=func.now())
        .returning(PdfJob.attempts)
    )


def back_to_queue(session: Session, job_id: uuid.UUID) -> None:
    """Mark the job QUEUED again after a failed attempt."""
    session.execute(
        update(PdfJob)
        .where(PdfJob.id == job_id, PdfJob.status == JobStatus.RUNNING)
        .values(status=JobStatus.QUEUED, updated_at=func.now())
    )


def finish(session: Session, job_id: uuid.UUID, key: str, sha256: str, size_bytes: int) -> bool:
    """Mark the job DONE with the place, SHA-256 (hex) and size of its PDF. Nothing changes the second time.

    False when nobody wants the PDF any more: the job was failed, or deleted, while it was made.
    """
    session.execute(
        update(PdfJob)
        .where(PdfJob.id == job_id, PdfJob.status.in_(_UNFINISHED))
        .values(
            status=JobStatus.DONE, object_key=key, sha256=sha256, size_bytes=size_bytes,
            error=None, updated_at=func.now(), finished_at=func.now(),
        )
    )  # fmt: skip
    return session.scalar(select(PdfJob.status).where(PdfJob.id == job_id)) == JobStatus.DONE


def forget_object(session: Session, job_id: uuid.UUID) -> None:
    """Write down that the file of a job is gone."""
    session.execute(update(PdfJob).where(PdfJob.id == job_id).values(object_key=None))


def fail(session: Session, job_id: uuid.UUID, reason: str) -> None:
    """Mark the job FAILED; ``reason`` is a sentence for the customer."""
    session.execute(
        update(PdfJob)
        .where(PdfJob.id == job_id, PdfJob.status.in_(_UNFINISHED))
        .values(status=JobStatus.FAILED, error=reason, updated_at=func.now(), finished_at=func.now())
    )


def reopen(session: Session, job_id: uuid.UUID) -> bool:
    """Let a FAILED job be tried again from the beginning; False when it is not FAILED."""
    opened = session.scalar(
        update(PdfJob)
        .where(PdfJob.id == job_id, PdfJob.status == JobStatus.FAILED)
        .values(status=JobStatus.QUEUED, attempts=0, error=None, finished_at=None, updated_at=func.now())
        .returning(PdfJob.id)
    )
    return opened is not None


def rescue_lost_jobs(session: Session, *, queued_seconds: float, running_seconds: float) -> int:
    """Write a new message for unfinished jobs that nobody has touched for long; return how many.

    Their message was lost: the queue was emptied, or a worker died with it. Two messages for one
    job do no harm, because the work is idempotent.
    """
    age = func.extract("epoch", func.now() - PdfJob.updated_at)
    lost = session.scalars(
        update(PdfJob)
        .where(
            PdfJob.status.in_(_UNFINISHED),
            ((PdfJob.status == JobStatus.QUEUED) & (age > queued_seconds))
            | ((PdfJob.status == JobStatus.RUNNING) & (age > running_seconds)),
            ~exists(select(literal(1)).where(OutboxMessage.job_id == PdfJob.id)),
        )
        .values(status=JobStatus.QUEUED, updated_at=func.now())
        .returning(PdfJob.id)
    ).all()
    for job_id in lost:
        add_message(session, ACTOR, job_id)
    return len(lost)


def count_by_status(session: Session) -> dict[str, int]:
    """Return how many jobs there are in each status."""
    rows = session.execute(select(PdfJob.status, func.count()).group_by(PdfJob.status))
    return {status: count for status, count in rows}  # noqa: C416 - a Row is no tuple for mypy
