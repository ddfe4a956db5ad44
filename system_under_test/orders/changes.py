"""Steps in the life of an order: the one place that changes its status."""

import uuid
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from system_under_test.errors import conflict, not_found
from system_under_test.mail.service import add_mail
from system_under_test.orders.states import BY_HAND, OrderStatus, check_step
from system_under_test.orders.tables import Order, OrderChange

Actor = Literal["customer", "payment", "worker", "admin"]


@dataclass(frozen=True, slots=True)
class LockedOrder:
    """What decides about money and status of an order; nobody else can change it until the transaction ends."""

    id: uuid.UUID
    owner_id: str | None
    status: OrderStatus
    currency: str
    total_cents: int
    refunded_cents: int
    stripe_session_id: str | None
    stripe_payment_intent: str | None


def lock_order(session: Session, order_id: uuid.UUID) -> LockedOrder:
    """Lock the row of an order until the transaction ends; raises NOT_FOUND."""
    row = session.execute(
        select(
            Order.id, Order.owner_id, Order.status, Order.currency, Order.total_cents, Order.refunded_cents,
            Order.stripe_session_id, Order.stripe_payment_intent,
        )
        .where(Order.id == order_id)
        .with_for_update(key_share=True)
    ).one_or_none()  # fmt: skip
    if row is None:
        raise not_found("order")
    return LockedOrder(**{**row._mapping, "status": OrderStatus(row.status)})


def change_status(session: Session, order_id: uuid.UUID, new: OrderStatus, actor: Actor, note: str = "") -> OrderStatus:
    """Lead an order to its next state and write that down; return the state that it had.

    Raises NOT_FOUND, and CONFLICT for a step that is not allowed, or not by hand. SHIPPED queues the letter.
    """
    order = lock_order(session, order_id)
    if actor == "admin" and new not in BY_HAND:
        raise conflict("This state follows from a payment or a refund; it cannot be set by hand.")
    move(session, order, new, actor, note)
    if new is OrderStatus.SHIPPED:
        add_mail(session, "shipped", order.id, order.id)
    return order.status


def move(session: Session, order: LockedOrder, new: OrderStatus, actor: Actor, note: str, **more: Any) -> None:
    """Change the status of a locked order, with ``more`` columns beside it; raises CONFLICT."""
    check_step(order.status, new)
    session.execute(update(Order).where(Order.id == order.id).values(status=new, updated_at=func.now(), **more))
    _write(session, order.id, order.status, new, actor, note)


def add_note(session: Session, order: LockedOrder, actor: Actor, note: str) -> None:
    """Write something into the history of an order whose status stays as it is."""
    _write(session, order.id, order.status, order.status, actor, note)


def _write(session: Session, order_id: uuid.UUID, old: OrderStatus, new: OrderStatus, actor: Actor, note: str) -> None:
    session.execute(
        insert(OrderChange).values(order_id=order_id, old_status=old, new_status=new, actor=actor, note=note)
    )
