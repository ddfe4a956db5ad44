"""What waits to be done at this moment, read from the tables: the truth also while the queue is away."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from system_under_test.db.outbox import OutboxMessage
from system_under_test.mail.tables import Mail
from system_under_test.payments.tables import Refund, WebhookEvent
from system_under_test.printing.tables import PdfJob

OUTBOX = "outbox"
_STATES: dict[str, tuple[Any, tuple[str, ...], frozenset[str]]] = {
    "pdf": (PdfJob, ("QUEUED", "RUNNING", "DONE", "FAILED"), frozenset({"QUEUED", "RUNNING"})),
    "mail": (Mail, ("QUEUED", "SENT", "FAILED"), frozenset({"QUEUED"})),
    "webhooks": (WebhookEvent, ("RECEIVED", "DONE", "IGNORED", "FAILED"), frozenset({"RECEIVED"})),
    "refunds": (Refund, ("REQUESTED", "DONE", "FAILED"), frozenset({"REQUESTED"})),
}


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of work: how much waits, how long the oldest has waited (seconds), and all of it by status."""

    name: str
    waiting: int
    oldest_seconds: int | None
    by_status: dict[str, int]


def _count(name: str, table: Any, status: ColumnElement[str]) -> Select[Any, Any, Any, Any]:
    age = func.extract("epoch", func.now() - func.min(table.created_at))
    return select(literal(name), status, func.count(), age)


def workload(session: Session) -> list[Work]:
    """Return all kinds of work with one statement, the outbox first."""
    statement = union_all(
        _count(OUTBOX, OutboxMessage, literal("WAITING")),
        *(_count(name, table, table.status).group_by(table.status) for name, (table, _, _) in _STATES.items()),
    )
    found = {(name, status): (count, age) for name, status, count, age in session.execute(statement)}
    sent = found.get((OUTBOX, "WAITING"), (0, None))
    return [_work(OUTBOX, {"WAITING": sent}, frozenset({"WAITING"}))] + [
        _work(name, {status: found.get((name, status), (0, None)) for status in states}, unfinished)
        for name, (_, states, unfinished) in _STATES.items()
    ]


def _work(name: str, states: dict[str, tuple[int, Any]], unfinished: frozenset[str]) -> Work:
    ages = [float(age) for status, (_, age) in states.items() if status in unfinished and age is not None]
    return Work(
        name=name,
        waiting=sum(count for status, (count, _) in states.items() if status in unfinished),
        oldest_seconds=max(0, int(max(ages))) if ages else None,
        by_status={status: count for status, (count, _) in states.items()},
    )
