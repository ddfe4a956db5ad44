"""The inbox of webhooks in the database: kept first, acted upon afterwards, each event once."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import exists, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from system_under_test.db.outbox import OutboxMessage, add_message
from system_under_test.payments.facts import kept_of
from system_under_test.payments.settlement import Outcome
from system_under_test.payments.tables import WebhookEvent

ACTOR = "handle_webhook"
MAX_ATTEMPTS = 60


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event that nobody has acted upon."""

    type: str
    payload: dict[str, Any]


def keep_event(session: Session, event_id: str, kind: str, created: int, data: Mapping[str, Any]) -> bool:
    """Write an event with its outbox message; False when it was there before.

    ``created`` in seconds since 1970; ``data`` is the event's object, of which only what decides is kept.
    """
    row_id = session.scalar(
        insert(WebhookEvent)
        .values(
            id=uuid.uuid4(),
            event_id=event_id,
            type=kind,
            happened_at=datetime.fromtimestamp(created, UTC),
            payload=kept_of(kind, data),
        )
        .on_conflict_do_nothing()
        .returning(WebhookEvent.id)
    )
    if row_id is None:
        return False
    add_message(session, ACTOR, row_id)
    return True


def take_event(session: Session, row_id: uuid.UUID) -> Waiting | None:
    """Lock an event until the transaction ends; None when it has been acted upon."""
    row = session.execute(
        select(WebhookEvent.type, WebhookEvent.payload)
        .where(WebhookEvent.id == row_id, WebhookEvent.status == "RECEIVED")
        .with_for_update()
    ).one_or_none()
    return Waiting(*row) if row is not None else None


def finish_event(session: Session, row_id: uuid.UUID, outcome: Outcome) -> None:
    """Write down what became of an event."""
    session.execute(
        update(WebhookEvent)
        .where(WebhookEvent.id == row_id)
        .values(
            status=outcome.status,
            note=outcome.note,
            attempts=WebhookEvent.attempts + 1,
            updated_at=func.now(),
        )
    )


def count_attempt(session: Session, row_id: uuid.UUID) -> int:
    """Write down that acting upon an event did not succeed; return how often that was."""
    return (
        session.scalar(
            update(WebhookEvent)
            .where(WebhookEvent.id == row_id)
            .values(attempts=WebhookEvent.attempts + 1, updated_at=func.now())
            .returning(WebhookEvent.attempts)
        )
        or 0
    )


def rescue_events(session: Session, older_than_seconds: float) -> int:
    """Write a new message for events that nobody has touched for so long; return how many."""
    age = func.extract("epoch", func.now() - WebhookEvent.updated_at)
    lost = session.scalars(
        update(WebhookEvent)
        .where(
            WebhookEvent.status == "RECEIVED",
            age > older_than_seconds,
            ~exists(select(literal(1)).where(OutboxMessage.job_id == WebhookEvent.id)),
        )
        .values(updated_at=func.now())
        .returning(WebhookEvent.id)
    ).all()
    for row_id in lost:
        add_message(session, ACTOR, row_id)
    return len(lost)
