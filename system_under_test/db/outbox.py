"""Transactional outbox: messages are written with the data they announce, and sent afterwards."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Identity, Text, delete, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from system_under_test.db.base import Base, Timestamp
from system_under_test.telemetry.tracing import current_trace_parent
from system_under_test.worker.routing import ACTOR_QUEUES


class OutboxMessage(Base):
    """A message for the worker that is not yet in the queue. It carries nothing but a job's id."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    actor: Mapped[str] = mapped_column(Text)
    job_id: Mapped[uuid.UUID]
    # W3C trace context of the request that wrote the message.
    trace_parent: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[Timestamp]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that is due to be sent."""

    actor: str
    job_id: uuid.UUID
    trace_parent: str | None
    created_at: datetime


def add_message(session: Session, actor: str, job_id: uuid.UUID) -> None:
    """Write a message for ``actor`` in the caller's transaction; raises ValueError for an unknown actor."""
    if actor not in ACTOR_QUEUES:
        raise ValueError(f"no queue is named for the actor {actor}")
    session.execute(
        insert(OutboxMessage).values(actor=actor, job_id=job_id, trace_parent=current_trace_parent())
    )  # fmt: skip


def drain(session: Session, send: Callable[[Waiting], None], *, batch: int = 50) -> int:
    """Send up to ``batch`` waiting messages in order and remove them; return how many.

    When ``send`` raises, the transaction rolls back and the messages stay: a message may be sent
    twice but is never lost, so receivers must be idempotent. Several relays may run at once.
    """
    rows = session.execute(
        select(
            OutboxMessage.id,
            OutboxMessage.actor,
            OutboxMessage.job_id,
            OutboxMessage.trace_parent,
            OutboxMessage.created_at,
        )
        .order_by(OutboxMessage.id)
        .limit(batch)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        send(Waiting(row.actor, row.job_id, row.trace_parent, row.created_at))
    if rows:
        session.execute(delete(OutboxMessage).where(OutboxMessage.id.in_([row.id for row in rows])))
    return len(rows)


def pending(session: Session) -> int:
    """Return how many messages wait to be sent."""
    return session.scalar(select(func.count()).select_from(OutboxMessage)) or 0
