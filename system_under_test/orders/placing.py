"""Placing an order: the cart as it is at this moment, kept with prices and with what will be printed."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from system_under_test.calendars.events import EventData, events_by_calendar
from system_under_test.calendars.settings import settings_of
from system_under_test.calendars.tables import Calendar
from system_under_test.carts.service import CartLine, lock_owner, read_cart
from system_under_test.carts.tables import CartItem
from system_under_test.errors import bad_input, conflict
from system_under_test.orders.address import Delivery
from system_under_test.orders.states import OrderStatus
from system_under_test.orders.tables import Order, OrderChange, OrderItem, PlacedKey
from system_under_test.printing.document import build_document
from system_under_test.products.money import CURRENCY, tax_within
from system_under_test.products.shipping import COUNTRIES
from system_under_test.templates_catalog.covers import render_cover
from system_under_test.templates_catalog.tables import Template

KEY_LENGTH = 200


def check_key(key: str | None) -> str:
    """Return an ``Idempotency-Key``; raises BAD_INPUT when it is missing or no plain word."""
    if not key:
        raise bad_input("An idempotency key is missing; please reload the page and try again.")
    if len(key) > KEY_LENGTH or not all("!" <= character <= "~" for character in key):
        raise bad_input(f"The idempotency key must be at most {KEY_LENGTH} visible ASCII characters without spaces.")
    return key


def place(
    session: Session, owner: str, key: str, delivery: Delivery, expected_total_cents: int | None = None
) -> uuid.UUID:
    """Write the order of ``owner``'s cart and return its id; the same ``key`` gives the same order again.

    ``expected_total_cents`` is what the customer was shown. Raises CONFLICT when prices have changed since,
    and when the key was used for another address; BAD_INPUT for an empty cart.
    """
    # A second click waits here for the first, and then finds its key.
    lock_owner(session, owner)
    placed = session.execute(
        select(PlacedKey.order_id, PlacedKey.request_digest).where(PlacedKey.owner_id == owner, PlacedKey.key == key)
    ).one_or_none()
    digest = delivery.digest()
    if placed is not None:
        if placed.request_digest != digest:
            raise conflict("This order was placed before, with another address. Please look at your orders.")
        before: uuid.UUID = placed.order_id
        return before
    _hold_calendars(session, owner)
    lines = read_cart(session, owner)
    if not lines:
        raise bad_input("Your cart is empty.")
    shipping_cents = COUNTRIES[delivery.country].shipping_cents
    items_cents = sum(line.line_cents for line in lines)
    total_cents = items_cents + shipping_cents
    if expected_total_cents not in (None, total_cents):
        raise conflict("Prices or your cart have changed since you saw them. Please look at your cart again.")
    order_id = uuid.uuid4()
    session.execute(
        insert(Order).values(
            id=order_id,
            owner_id=owner,
            currency=CURRENCY,
            items_cents=items_cents,
            shipping_cents=shipping_cents,
            total_cents=total_cents,
            tax_cents=tax_within(total_cents),
            **_address(delivery),
        )
    )
    session.execute(insert(OrderItem), _items(session, order_id, lines))
    session.execute(insert(OrderChange).values(order_id=order_id, new_status=OrderStatus.PLACED, actor="customer"))
    session.execute(insert(PlacedKey).values(owner_id=owner, key=key, request_digest=digest, order_id=order_id))
    return order_id


def _hold_calendars(session: Session, owner: str) -> None:
    # Nobody renames or deletes a calendar between the look at the cart and the copy of what will be printed.
    in_cart = select(CartItem.calendar_id).where(CartItem.owner_id == owner)
    session.execute(
        select(Calendar.id).where(Calendar.id.in_(in_cart)).order_by(Calendar.id).with_for_update(read=True)
    )


def _address(delivery: Delivery) -> dict[str, str]:
    places = ("name", "line1", "line2", "postcode", "city", "region", "country")
    return {"email": delivery.email, **{f"ship_{place}": getattr(delivery, place) for place in places}}


def _items(session: Session, order_id: uuid.UUID, lines: Sequence[CartLine]) -> list[dict[str, Any]]:
    prints = _prints(session, {line.calendar_id for line in lines})
    return [
        {
            "id": uuid.uuid4(),
            "order_id": order_id,
            "calendar_id": line.calendar_id,
            "position": position,
            "product_slug": line.product_slug,
            "product_name": line.product_name,
            "template_slug": line.template_slug,
            "title": line.title,
            "year": line.year,
            "quantity": line.quantity,
            "unit_price_cents": line.unit_cents,
            **prints[line.calendar_id],
        }
        for position, line in enumerate(lines)
    ]


def _prints(session: Session, calendar_ids: set[uuid.UUID]) -> Mapping[uuid.UUID, dict[str, Any]]:
    """Return document and cover of each calendar, as they are now."""
    rows = session.execute(
        select(Calendar, Template).join(Template, Template.slug == Calendar.template_slug)
        .where(Calendar.id.in_(calendar_ids))
    ).all()  # fmt: skip
    events = events_by_calendar(session, list(calendar_ids))
    return {calendar.id: _print(calendar, template, events[calendar.id]) for calendar, template in rows}


def _print(calendar: Calendar, template: Template, events: list[EventData]) -> dict[str, Any]:
    document = build_document(calendar.title, calendar.year, template, events, settings_of(calendar))
    return {"document": document, "cover": render_cover(template)}
