"""Rows of every kind that an owner can have, written straight into the tables."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from system_under_test.admin.tables import AuditEntry
from system_under_test.calendars.tables import Calendar, Event
from system_under_test.carts.tables import CartItem
from system_under_test.guests.service import remember
from system_under_test.mail.tables import Mail
from system_under_test.orders.states import OrderStatus
from system_under_test.orders.tables import Order, OrderChange, OrderItem, PlacedKey
from system_under_test.payments.tables import Refund
from system_under_test.printing.tables import PdfJob

UNPAID = (OrderStatus.PLACED, OrderStatus.CANCELLED)
WALL = "a4-wall"
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def add_calendar(session: Session, owner: str, title: str) -> uuid.UUID:
    key = uuid.uuid4()
    remember(session, owner)
    session.execute(
        insert(Calendar).values(id=key, session_id=owner, template_slug="village-year", title=title, year=2027)
    )
    session.execute(
        insert(Event).values(
            id=uuid.uuid4(), calendar_id=key, date=date(2027, 5, 1), text=f"Day of {title}", emoji="🎂"
        )
    )
    return key


def add_to_cart(session: Session, owner: str, calendar_id: uuid.UUID, quantity: int, slug: str = WALL) -> None:
    values = {"owner_id": owner, "calendar_id": calendar_id, "product_slug": slug}
    session.execute(insert(CartItem).values(id=uuid.uuid4(), quantity=quantity, **values))


def add_job(
    session: Session, owner: str, calendar_id: uuid.UUID | None, item: uuid.UUID | None = None, status: str = "DONE"
) -> uuid.UUID:
    key = uuid.uuid4()
    values = {"object_key": f"pdf/{key}.pdf", "sha256": "0" * 64, "size_bytes": 9} if status == "DONE" else {}
    session.execute(
        insert(PdfJob).values(
            id=key, session_id=owner, calendar_id=calendar_id, order_item_id=item, status=status, **values
        )
    )
    return key


def add_order(
    session: Session, owner: str, calendar_id: uuid.UUID, status: OrderStatus = OrderStatus.DELIVERED, who: str = "Anna"
) -> uuid.UUID:
    """An order with a line, history, a refund, a letter, a printed file, its key and an entry of the audit log."""
    remember(session, owner)
    order, item = uuid.uuid4(), uuid.uuid4()
    session.execute(
        insert(Order).values(
            id=order, owner_id=owner, status=status, currency="EUR", items_cents=1990, shipping_cents=490,
            total_cents=2480, tax_cents=396, email=f"{who.lower()}@ship.example", ship_name=f"{who} Shipname",
            ship_line1=f"{who} Street 1", ship_line2=f"{who} Floor", ship_postcode="04109", ship_city=f"{who} City",
            ship_region=f"{who} Region", ship_country="DE", checkout_url=f"https://pay.example/{who}",
            stripe_session_id=f"cs_{order}", stripe_payment_intent=f"pi_{order}",
            paid_at=None if status in UNPAID else NOW,
        )
    )  # fmt: skip
    session.execute(
        insert(OrderItem).values(
            id=item, order_id=order, calendar_id=calendar_id, position=0, product_slug=WALL,
            product_name="Wall A4", template_slug="village-year", title=f"{who} Title", year=2027, quantity=1,
            unit_price_cents=1990, document={"events": [f"{who} Secret day"]}, cover=f"<svg>{who} Cover</svg>",
        )
    )  # fmt: skip
    session.execute(
        insert(OrderChange).values(order_id=order, new_status=status, actor="admin", note=f"{who} telephoned")
    )
    session.execute(
        insert(Refund).values(
            id=uuid.uuid4(), order_id=order, amount_cents=100, reason=f"{who} was unhappy", idempotency_key=str(order)
        )
    )
    session.execute(insert(Mail).values(id=uuid.uuid4(), kind="confirmation", subject_id=order, order_id=order))
    session.execute(insert(PlacedKey).values(owner_id=owner, key=f"key-{order}", request_digest="d", order_id=order))
    session.execute(
        insert(AuditEntry).values(
            account_id=uuid.uuid4(),
            action="set_status",
            order_id=order,
            details={"to": status, "note": f"{who} called"},
        )
    )
    add_job(session, owner, None, item)
    return order
