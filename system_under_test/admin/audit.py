"""The audit log: written in the transaction of the act, read newest first."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, insert, select
from sqlalchemy.orm import Session

from system_under_test.accounts.tables import Account
from system_under_test.admin.paging import number_cursor, read_number
from system_under_test.admin.tables import AuditEntry
from system_under_test.admin.validation import page_size
from system_under_test.orders.tables import Order


class Action(StrEnum):
    """What can be done."""

    STATUS = "order.status"
    REFUND = "order.refund"
    FLAG = "flag.set"


@dataclass(frozen=True, slots=True)
class AuditData:
    """An entry with the person's name as it is today (None once the account was deleted)."""

    id: int
    created_at: datetime
    account_id: uuid.UUID
    name: str | None
    email: str | None
    action: str
    order_id: uuid.UUID | None
    order_number: int | None
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of entries; ``end_cursor`` is None on an empty page."""

    entries: list[AuditData]
    end_cursor: str | None
    has_more: bool
    total: int


def record(
    session: Session, account_id: uuid.UUID, action: Action, order_id: uuid.UUID | None, details: dict[str, Any]
) -> None:
    """Write an entry in the caller's transaction. ``details`` must be JSON data without secrets."""
    session.execute(insert(AuditEntry).values(account_id=account_id, action=action, order_id=order_id, details=details))


def _entries() -> Select[Any]:
    return (
        select(
            AuditEntry.id, AuditEntry.created_at, AuditEntry.account_id, Account.name, Account.email,
            AuditEntry.action, AuditEntry.order_id, Order.number, AuditEntry.details,
        )
        .outerjoin(Account, Account.id == AuditEntry.account_id)
        .outerjoin(Order, Order.id == AuditEntry.order_id)
        .order_by(AuditEntry.id.desc())
    )  # fmt: skip


def entries_of_order(session: Session, order_id: uuid.UUID) -> list[AuditData]:
    """Return the entries about one order, newest first."""
    return [AuditData(*row) for row in session.execute(_entries().where(AuditEntry.order_id == order_id))]


def list_entries(session: Session, first: int, after: str | None) -> AuditPage:
    """Return a page of the whole log with two statements; raises BAD_INPUT for a wrong size or cursor."""
    size = page_size(first)
    wanted = _entries().limit(size + 1)
    if after is not None:
        wanted = wanted.where(AuditEntry.id < read_number(after))
    rows: Sequence[Any] = session.execute(wanted).all()
    total = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    found = [AuditData(*row) for row in rows[:size]]
    return AuditPage(found, number_cursor(found[-1].id) if found else None, len(rows) > size, total)
