"""Everything that the shop holds about a person, as data that may be taken elsewhere. Secrets are left out."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Executable, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from system_under_test.accounts.identity import account_owner
from system_under_test.accounts.tables import Account, SignIn
from system_under_test.admin.tables import AuditEntry
from system_under_test.calendars.tables import Calendar, Event
from system_under_test.carts.tables import CartItem
from system_under_test.mail.tables import Mail
from system_under_test.orders.tables import Order, OrderChange, OrderItem
from system_under_test.payments.tables import Refund
from system_under_test.printing.tables import PdfJob

Columns = Sequence[InstrumentedAttribute[Any]]
Row = dict[str, Any]

PROFILE: Columns = (
    Account.id, Account.issuer, Account.subject, Account.email, Account.name, Account.role,
    Account.created_at, Account.updated_at,
)  # fmt: skip
SIGN_INS: Columns = (SignIn.id, SignIn.created_at, SignIn.expires_at, SignIn.revoked_at, SignIn.revoked_because)
CALENDARS: Columns = (
    Calendar.id, Calendar.title, Calendar.year, Calendar.template_slug, Calendar.week_start, Calendar.accent,
    Calendar.holiday_country, Calendar.holiday_region, Calendar.holiday_names, Calendar.show_moon,
    Calendar.show_seasons, Calendar.time_zone, Calendar.created_at, Calendar.updated_at,
)  # fmt: skip
EVENTS: Columns = (Event.id, Event.date, Event.text, Event.emoji, Event.created_at)
CART: Columns = (CartItem.calendar_id, CartItem.product_slug, CartItem.quantity, CartItem.created_at)
PDFS: Columns = (
    PdfJob.id, PdfJob.calendar_id, PdfJob.order_item_id, PdfJob.status, PdfJob.sha256, PdfJob.size_bytes,
    PdfJob.created_at, PdfJob.finished_at,
)  # fmt: skip
ORDERS: Columns = (
    Order.id, Order.number, Order.status, Order.currency, Order.items_cents, Order.shipping_cents, Order.total_cents,
    Order.tax_cents, Order.refunded_cents, Order.email, Order.ship_name, Order.ship_line1, Order.ship_line2,
    Order.ship_postcode, Order.ship_city, Order.ship_region, Order.ship_country, Order.stripe_payment_intent,
    Order.created_at, Order.updated_at, Order.paid_at,
)  # fmt: skip
ITEMS: Columns = (
    OrderItem.id, OrderItem.calendar_id, OrderItem.product_slug, OrderItem.product_name, OrderItem.template_slug,
    OrderItem.title, OrderItem.year, OrderItem.quantity, OrderItem.unit_price_cents, OrderItem.document,
)  # fmt: skip
HISTORY: Columns = (
    OrderChange.old_status, OrderChange.new_status, OrderChange.actor, OrderChange.note, OrderChange.created_at,
)  # fmt: skip
REFUNDS: Columns = (Refund.id, Refund.amount_cents, Refund.status, Refund.reason, Refund.created_at)
LETTERS: Columns = (Mail.kind, Mail.status, Mail.created_at, Mail.sent_at)
ACTS: Columns = (AuditEntry.action, AuditEntry.order_id, AuditEntry.created_at)


def export_account(session: Session, account_id: uuid.UUID) -> Row | None:
    """Return all sections as JSON data, with a fixed number of queries; None when there is no such account."""
    profile = _rows(session, PROFILE, select(*PROFILE).where(Account.id == account_id))
    if not profile:
        return None
    owner = account_owner(account_id)
    return {
        "format": "village-calendar-export/1",
        "exported_at": _plain(datetime.now(UTC)),
        "profile": profile[0],
        "sign_ins": _rows(
            session, SIGN_INS, select(*SIGN_INS).where(SignIn.account_id == account_id).order_by(SignIn.created_at)
        ),
        "calendars": _calendars(session, owner),
        "cart": _rows(session, CART, select(*CART).where(CartItem.owner_id == owner).order_by(CartItem.created_at)),
        "pdfs": _rows(session, PDFS, select(*PDFS).where(PdfJob.session_id == owner).order_by(PdfJob.created_at)),
        "orders": _orders(session, owner),
        "acts_as_administrator": _rows(
            session, ACTS, select(*ACTS).where(AuditEntry.account_id == account_id).order_by(AuditEntry.id)
        ),
    }


def _calendars(session: Session, owner: str) -> list[Row]:
    found = _rows(
        session, CALENDARS, select(*CALENDARS).where(Calendar.session_id == owner).order_by(Calendar.created_at)
    )
    query = select(Event.calendar_id, *EVENTS).join(Calendar, Calendar.id == Event.calendar_id)
    events = _grouped(session, EVENTS, query.where(Calendar.session_id == owner).order_by(Event.date, Event.id))
    return [{**calendar, "events": events[calendar["id"]]} for calendar in found]


def _orders(session: Session, owner: str) -> list[Row]:
    found = _rows(session, ORDERS, select(*ORDERS).where(Order.owner_id == owner).order_by(Order.created_at))

    def of_orders(key: InstrumentedAttribute[uuid.UUID], columns: Columns, order: Any) -> dict[str, list[Row]]:
        query = select(key, *columns).join(Order, Order.id == key).where(Order.owner_id == owner)
        return _grouped(session, columns, query.order_by(order))

    parts = {
        "items": of_orders(OrderItem.order_id, ITEMS, OrderItem.position),
        "history": of_orders(OrderChange.order_id, HISTORY, OrderChange.id),
        "refunds": of_orders(Refund.order_id, REFUNDS, Refund.created_at),
        "letters": of_orders(Mail.order_id, LETTERS, Mail.created_at),
    }
    return [{**order, **{name: rows[order["id"]] for name, rows in parts.items()}} for order in found]


def _rows(session: Session, columns: Columns, query: Executable) -> list[Row]:
    return [_row(columns, row) for row in session.execute(query)]


def _grouped(session: Session, columns: Columns, query: Executable) -> dict[str, list[Row]]:
    """Return rows by the id that stands first in each."""
    found: dict[str, list[Row]] = defaultdict(list)
    for key, *values in session.execute(query):
        found[str(key)].append(_row(columns, values))
    return found


def _row(columns: Columns, values: Iterable[Any]) -> Row:
    return {column.key: _plain(value) for column, value in zip(columns, values, strict=True)}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value
