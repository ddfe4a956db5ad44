"""Transactional outbox: messages are written with the data they announce, and sent afterwards."""

import uuid
from collections.abc import Callable

from sqlalchemy import BigInteger, Identity, Text, delete, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from system_under_test.db.base import Base, Timestamp


class OutboxMessage(Base):
    """A message for the worker that is not yet in the queue. It carries nothing but a job's id."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    actor: Mapped[str] = mapped_column(Text)
    job_id: Mapped[uuid.UUID]
    # W3C trace context of the request that wrote the message.
    trace_parent: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[Timestamp]


def add_message(session: Session, actor: str, job_id: uuid.UUID) -> None:
    """Write a message for ``actor`` in the caller's transaction."""
    session.execute(insert(OutboxMessage).values(actor=actor, job_id=job_id))


def drain(session: Session, send: Callable[[str, uuid.UUID], None], *, batch: int = 50) -> int:
    """Send up to ``batch`` waiting messages in order and remove them; return how many.

    When ``send`` raises, the transaction rolls back and the messages stay: a message may be sent
    twice but is never lost, so receivers must be idempotent. Several relays may run at once.
    """
    rows = session.execute(
        select(OutboxMessage.id, OutboxMessage.actor, OutboxMessage.job_id)
        .order_by(OutboxMessage.id)
        .limit(batch)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        send(row.actor, row.job_id)
    if rows:
        session.execute(delete(OutboxMessage).where(OutboxMessage.id.in_([row.id for row in rows])))
    return len(rows)


def pending(session: Session) -> int:
    """Return how many messages wait to be sent."""
    return session.scalar(select(func.count()).select_from(OutboxMessage)) or 0
