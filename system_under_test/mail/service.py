"""Outgoing letters in the database: written with what they tell of, carried out by the worker."""

import uuid
from typing import Literal

from sqlalchemy import exists, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from system_under_test.db.outbox import OutboxMessage, add_message
from system_under_test.mail.tables import Mail

ACTOR = "send_mail"
MAX_ATTEMPTS = 15  # with the pauses between them more than half an hour

MailKind = Literal["confirmation", "shipped", "refunded"]


def add_mail(session: Session, kind: MailKind, order_id: uuid.UUID, subject_id: uuid.UUID) -> bool:
    """Write a letter about an order and its message in the caller's transaction.

    ``subject_id`` is the order's id, or for "refunded" the refund's. There is one letter of a kind for each
    subject: False when it was written before.
    """
    mail_id = session.scalar(
        insert(Mail)
        .values(id=uuid.uuid4(), kind=kind, order_id=order_id, subject_id=subject_id)
        .on_conflict_do_nothing()
        .returning(Mail.id)
    )
    if mail_id is None:
        return False
    add_message(session, ACTOR, mail_id)
    return True


def start_attempt(session: Session, mail_id: uuid.UUID) -> int | None:
    """Count an attempt; return its number, or None when there is nothing to send."""
    return session.scalar(
        update(Mail)
        .where(Mail.id == mail_id, Mail.status == "QUEUED")
        .values(attempts=Mail.attempts + 1, updated_at=func.now())
        .returning(Mail.attempts)
    )


def mark_sent(session: Session, mail_id: uuid.UUID) -> None:
    """Mark the letter SENT: the mail server has answered that it is now its own."""
    session.execute(
        update(Mail)
        .where(Mail.id == mail_id, Mail.status != "SENT")
        .values(status="SENT", error=None, sent_at=func.now(), updated_at=func.now())
    )


def note_fault(session: Session, mail_id: uuid.UUID, reason: str, *, final: bool) -> None:
    """Write down why an attempt failed, a sentence without address; FAILED when it was the last one."""
    values = {"error": reason, "updated_at": func.now(), **({"status": "FAILED"} if final else {})}
    session.execute(update(Mail).where(Mail.id == mail_id, Mail.status == "QUEUED").values(values))


def reopen(session: Session, mail_id: uuid.UUID) -> bool:
    """Let a FAILED letter be tried again from the beginning; False when it is not FAILED."""
    opened = session.scalar(
        update(Mail)
        .where(Mail.id == mail_id, Mail.status == "FAILED")
        .values(status="QUEUED", attempts=0, error=None, updated_at=func.now())
        .returning(Mail.id)
    )
    return opened is not None


def rescue_lost_mails(session: Session, *, tried_seconds: float, untried_seconds: float) -> int:
    """Write a new message for letters that nobody has touched for so long; return how many.

    Their message was lost with the queue. ``tried_seconds`` must be more than the longest pause between two
    attempts, ``untried_seconds`` holds before the first one. Two messages for one letter do no harm.
    """
    age = func.extract("epoch", func.now() - Mail.updated_at)
    lost = session.scalars(
        update(Mail)
        .where(
            Mail.status == "QUEUED",
            (age > tried_seconds) | ((Mail.attempts == 0) & (age > untried_seconds)),
            ~exists(select(literal(1)).where(OutboxMessage.job_id == Mail.id)),
        )
        .values(updated_at=func.now())
        .returning(Mail.id)
    ).all()
    for mail_id in lost:
        add_message(session, ACTOR, mail_id)
    return len(lost)


def count_by_status(session: Session) -> dict[str, int]:
    """Return how many letters there are in each status."""
    rows = session.execute(select(Mail.status, func.count()).group_by(Mail.status))
    return {status: count for status, count in rows}  # noqa: C416 - a Row is no tuple for mypy
