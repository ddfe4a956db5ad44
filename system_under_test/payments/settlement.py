"""The one way from the provider's word about a payment page to the state of the order."""

import uuid
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from system_under_test.carts.service import take_ordered
from system_under_test.errors import ShopError
from system_under_test.mail.service import add_mail
from system_under_test.orders.changes import LockedOrder, lock_order, move
from system_under_test.orders.states import OrderStatus
from system_under_test.orders.tables import Order, OrderItem
from system_under_test.payments.facts import CheckoutFacts
from system_under_test.printing.items import add_item_jobs
from system_under_test.telemetry.logs import get_logger

log = get_logger(__name__)

_UNPAID = (OrderStatus.PLACED, OrderStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the provider's word. FAILED is for people to look at: money and order do not agree."""

    status: Literal["DONE", "IGNORED", "FAILED"]
    note: str = ""


def problem(note: str, order_id: uuid.UUID | None) -> Outcome:
    """Return a FAILED outcome and say so loudly."""
    log.error("payment_problem", note=note, order_id=str(order_id) if order_id else None)
    return Outcome("FAILED", note)


def apply_checkout(session: Session, facts: CheckoutFacts) -> Outcome:
    """Bring an order to where its payment page stands. Can be repeated, and come in any order."""
    if facts.order_id is None or facts.session_id is None:
        return problem("the payment page names no order of ours", facts.order_id)
    try:
        order = lock_order(session, facts.order_id)
    except ShopError:
        return problem("the order of this payment is not known", facts.order_id)
    if _belongs_elsewhere(session, order, facts):
        return problem("the payment belongs to another order", order.id)
    if facts.is_paid:
        return _apply_payment(session, order, facts)
    if facts.status == "expired" and order.status is OrderStatus.PLACED:
        if order.stripe_session_id != facts.session_id:
            return Outcome("IGNORED", "a newer payment page took its place")
        move(session, order, OrderStatus.CANCELLED, "payment", "The payment page expired.")
        return Outcome("DONE", "expired")
    return Outcome("IGNORED", f"the payment page is {facts.status}, the order {order.status}")


def _belongs_elsewhere(session: Session, order: LockedOrder, facts: CheckoutFacts) -> bool:
    same = Order.stripe_session_id == facts.session_id
    if facts.payment_intent is not None:
        same = or_(same, Order.stripe_payment_intent == facts.payment_intent)
    return session.scalar(select(Order.id).where(Order.id != order.id, same).limit(1)) is not None


def _apply_payment(session: Session, order: LockedOrder, facts: CheckoutFacts) -> Outcome:
    if order.status not in _UNPAID:
        if order.stripe_payment_intent == facts.payment_intent:
            return Outcome("DONE", "was paid before")
        return problem("the order was paid a second time", order.id)
    if facts.payment_intent is None:
        return problem("the payment has no id", order.id)
    if (facts.amount_cents, (facts.currency or "").upper()) != (order.total_cents, order.currency):
        return problem("the amount that was paid is not that of the order", order.id)
    _mark_paid(session, order, facts)
    return Outcome("DONE", "paid")


def _mark_paid(session: Session, order: LockedOrder, facts: CheckoutFacts) -> None:
    """Write everything that follows from the payment in one transaction: all of it happens, or nothing."""
    move(
        session,
        order,
        OrderStatus.PAID,
        "payment",
        "The payment arrived.",
        paid_at=func.now(),
        stripe_session_id=facts.session_id,
        stripe_payment_intent=facts.payment_intent,
    )
    items = session.execute(
        select(OrderItem.calendar_id, OrderItem.product_slug, OrderItem.quantity)
        .where(OrderItem.order_id == order.id)
        # Always in the same order, so that two payments of one customer cannot wait for each other.
        .order_by(OrderItem.calendar_id, OrderItem.product_slug)
    ).all()
    for item in items:
        if order.owner_id is not None and item.calendar_id is not None:
            take_ordered(session, order.owner_id, item.calendar_id, item.product_slug, item.quantity)
    add_item_jobs(session, order.id)
    add_mail(session, "confirmation", order.id, order.id)
