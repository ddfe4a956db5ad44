"""The list of all orders: filter, pages, and how many there are in each state."""

import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.orm import Session

from system_under_test.admin.paging import moment_cursor, read_moment
from system_under_test.admin.validation import SEARCH_LENGTH, Span, page_size, parse_day
from system_under_test.errors import bad_input
from system_under_test.orders.states import OrderStatus
from system_under_test.orders.tables import Order, OrderItem
from system_under_test.text import clean_line

# Numbers begin at 100001; 18 digits are safely below what the column can hold.
_NUMBER = re.compile(r"\A(?:#|no\.?\s*)?([0-9]{1,18})\Z", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What to look for, as it was sent; days are ``YYYY-MM-DD`` in UTC, both included."""

    status: OrderStatus | None = None
    text: str | None = None
    first_day: str | None = None
    last_day: str | None = None


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order as one line of the list. ``copies`` counts printed calendars."""

    id: uuid.UUID
    number: int
    status: str
    created_at: datetime
    paid_at: datetime | None
    email: str
    ship_name: str
    ship_country: str
    total_cents: int
    refunded_cents: int
    currency: str
    copies: int


@dataclass(frozen=True, slots=True)
class OrderRows:
    """A page. ``by_status`` counts all orders that match the filter but for its status; ``total`` with it."""

    rows: list[OrderRow]
    end_cursor: str | None
    has_more: bool
    total: int
    by_status: dict[OrderStatus, int]


def _matches(text: str) -> ColumnElement[bool]:
    """Return the test for a number, the beginning of an e-mail address, or of a part of a name."""
    tests: list[ColumnElement[bool]] = [
        Order.email.istartswith(text, autoescape=True),
        Order.ship_name.istartswith(text, autoescape=True),
        Order.ship_name.icontains(f" {text}", autoescape=True),
    ]
    number = _NUMBER.match(text)
    if number is not None:
        tests.append(Order.number == int(number[1]))
    return or_(*tests)


def _conditions(wanted: OrderFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    text = clean_line(wanted.text or "", SEARCH_LENGTH, "search text", required=False)
    if text:
        conditions.append(_matches(text))
    first = parse_day(wanted.first_day) if wanted.first_day else None
    last = parse_day(wanted.last_day) if wanted.last_day else None
    if first and last and first > last:
        raise bad_input("The first day must not come after the last.")
    if first:
        conditions.append(Order.created_at >= Span(first, first).start)
    if last:
        conditions.append(Order.created_at < Span(last, last).end)
    return conditions


def list_orders(session: Session, wanted: OrderFilter, first: int, after: str | None) -> OrderRows:
    """Return a page of orders, newest first, with two statements; raises BAD_INPUT."""
    size = page_size(first)
    status = wanted.status
    conditions = _conditions(wanted)
    copies = select(func.coalesce(func.sum(OrderItem.quantity), 0)).where(OrderItem.order_id == Order.id)
    columns: tuple[Any, ...] = (
        Order.id, Order.number, Order.status, Order.created_at, Order.paid_at, Order.email, Order.ship_name,
        Order.ship_country, Order.total_cents, Order.refunded_cents, Order.currency, copies.scalar_subquery(),
    )  # fmt: skip
    page = select(*columns).where(*conditions).order_by(Order.created_at.desc(), Order.id.desc()).limit(size + 1)
    if status is not None:
        page = page.where(Order.status == status)
    if after is not None:
        page = page.where(tuple_(Order.created_at, Order.id) < tuple_(*read_moment(after)))
    rows = session.execute(page).all()
    # Each state has its number beside it, so counting takes no statement more than a bare total would.
    counts = session.execute(select(Order.status, func.count()).where(*conditions).group_by(Order.status))
    by_status = dict.fromkeys(OrderStatus, 0) | {OrderStatus(name): count for name, count in counts}
    found = [OrderRow(*row) for row in rows[:size]]
    return OrderRows(
        rows=found,
        end_cursor=moment_cursor(found[-1].created_at, found[-1].id) if found else None,
        has_more=len(rows) > size,
        total=sum(by_status.values()) if status is None else by_status[status],
        by_status=by_status,
    )
