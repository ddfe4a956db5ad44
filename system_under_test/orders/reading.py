"""Orders as their owners see them. Foreign and missing orders alike raise NOT_FOUND."""

import base64
import binascii
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from system_under_test.errors import bad_input, not_found
from system_under_test.orders.tables import Order, OrderChange, OrderItem
from system_under_test.printing.tables import PdfJob

MOST_PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class OrderData:
    """An order without its items. Amounts in cents of ``currency``, tax included."""

    id: uuid.UUID
    number: int
    owner_id: str | None
    status: str
    currency: str
    items_cents: int
    shipping_cents: int
    total_cents: int
    tax_cents: int
    refunded_cents: int
    email: str
    ship_name: str
    ship_line1: str
    ship_line2: str
    ship_postcode: str
    ship_city: str
    ship_region: str
    ship_country: str
    stripe_session_id: str | None
    stripe_payment_intent: str | None
    checkout_url: str | None
    created_at: datetime
    paid_at: datetime | None


# The columns bear the names of the fields; plain rows are cheaper than mapped objects.
ORDER_COLUMNS: tuple[InstrumentedAttribute[Any], ...] = tuple(getattr(Order, name) for name in OrderData.__slots__)


@dataclass(frozen=True, slots=True)
class PdfData:
    """The PDF of an item, by its job."""

    job_id: uuid.UUID
    status: str
    sha256: str | None
    size_bytes: int | None
    error: str | None


@dataclass(frozen=True, slots=True)
class ItemData:
    """A line of an order; ``pdf`` is None until the order is paid."""

    id: uuid.UUID
    title: str
    year: int
    template_slug: str
    product_name: str
    quantity: int
    unit_price_cents: int
    pdf: PdfData | None


_Columns = tuple[InstrumentedAttribute[Any], ...]
_ITEM_COLUMNS: _Columns = (
    OrderItem.id,
    OrderItem.title,
    OrderItem.year,
    OrderItem.template_slug,
    OrderItem.product_name,
    OrderItem.quantity,
    OrderItem.unit_price_cents,
)
_PDF_COLUMNS: _Columns = (PdfJob.id, PdfJob.status, PdfJob.sha256, PdfJob.size_bytes, PdfJob.error)


@dataclass(frozen=True, slots=True)
class ChangeData:
    """A step in the history of an order."""

    at: datetime
    old_status: str | None
    new_status: str
    actor: str
    note: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some orders of many, newest first; ``end_cursor`` leads to the next page."""

    orders: list[OrderData]
    end_cursor: str | None
    has_more: bool
    total: int


def get_order(session: Session, order_id: uuid.UUID, owner: str | None = None) -> OrderData:
    """Return an order of ``owner``, or anybody's for None."""
    query = select(*ORDER_COLUMNS).where(Order.id == order_id)
    row = session.execute(query if owner is None else query.where(Order.owner_id == owner)).one_or_none()
    if row is None:
        raise not_found("order")
    return OrderData(*row)


def list_orders(session: Session, condition: ColumnElement[bool], first: int, after: str | None) -> Page:
    """Return a page of the orders that fulfil ``condition``; raises BAD_INPUT for a wrong size or cursor."""
    if not 1 <= first <= MOST_PER_PAGE:
        raise bad_input(f"A page shows between 1 and {MOST_PER_PAGE} orders.")
    query = select(*ORDER_COLUMNS).where(condition).order_by(Order.created_at.desc(), Order.id.desc())
    if after:
        query = query.where(tuple_(Order.created_at, Order.id) < _read_cursor(after))
    found = [OrderData(*row) for row in session.execute(query.limit(first + 1))]
    total = session.scalar(select(func.count()).select_from(Order).where(condition)) or 0
    shown = found[:first]
    return Page(shown, _cursor(shown[-1]) if shown else None, len(found) > first, total)


def items_by_order(session: Session, order_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[ItemData]]:
    """Return the items of several orders, with their PDFs, by one query."""
    found: dict[uuid.UUID, list[ItemData]] = {order_id: [] for order_id in order_ids}
    rows = session.execute(
        select(OrderItem.order_id, *_ITEM_COLUMNS, *_PDF_COLUMNS)
        .join(PdfJob, PdfJob.order_item_id == OrderItem.id, isouter=True)
        .where(OrderItem.order_id.in_(order_ids))
        .order_by(OrderItem.position)
    )
    for order_id, *columns in rows:
        item, pdf = columns[: len(_ITEM_COLUMNS)], columns[len(_ITEM_COLUMNS) :]
        found[order_id].append(ItemData(*[*item, PdfData(*pdf) if pdf[0] is not None else None]))
    return found


def history_by_order(session: Session, order_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[ChangeData]]:
    """Return the history of several orders, oldest first, by one query."""
    found: dict[uuid.UUID, list[ChangeData]] = {order_id: [] for order_id in order_ids}
    rows = session.execute(
        select(
            OrderChange.order_id, OrderChange.created_at, OrderChange.old_status, OrderChange.new_status,
            OrderChange.actor, OrderChange.note,
        )
        .where(OrderChange.order_id.in_(order_ids))
        .order_by(OrderChange.id)
    )  # fmt: skip
    for order_id, at, old, new, actor, note in rows:
        found[order_id].append(ChangeData(at, old, new, actor, note))
    return found


def _cursor(order: OrderData) -> str:
    return base64.urlsafe_b64encode(f"{order.created_at.isoformat()} {order.id}".encode()).decode()


def _read_cursor(cursor: str) -> tuple[datetime, uuid.UUID]:
    try:
        moment, _, order_id = base64.urlsafe_b64decode(cursor).decode().partition(" ")
        at = datetime.fromisoformat(moment)
        if at.tzinfo is None:
            raise ValueError
        return at, uuid.UUID(order_id)
    except (ValueError, binascii.Error):
        raise bad_input("That page does not exist; please start from the first one.") from None
