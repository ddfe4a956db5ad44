"""Asking the provider about orders that wait too long: a webhook that was lost loses no order."""

import uuid

from sqlalchemy import exists, func, literal, select, update
from sqlalchemy.orm import Session

from system_under_test.db.engine import Database
from system_under_test.db.outbox import OutboxMessage, add_message
from system_under_test.orders.states import OrderStatus
from system_under_test.orders.tables import Order
from system_under_test.payments.facts import CheckoutFacts
from system_under_test.payments.gateway import Gateway, GatewayError
from system_under_test.payments.inbox import rescue_events
from system_under_test.payments.refunds import ACTOR as REFUND_ACTOR
from system_under_test.payments.settlement import Outcome, apply_checkout
from system_under_test.payments.tables import Refund

__all__ = ["find_unsettled", "rescue_events", "rescue_refunds", "settle"]

# A payment page lives for a day; whoever looks after it for a week has seen the problem in the log.
GIVE_UP_SECONDS = 7 * 24 * 3600


def find_unsettled(session: Session, older_than_seconds: float, limit: int) -> list[uuid.UUID]:
    """Return orders with a payment page whose outcome nobody has told for so long, the longest waiting first."""
    waiting = func.extract("epoch", func.now() - Order.updated_at)
    age = func.extract("epoch", func.now() - Order.created_at)
    return list(
        session.scalars(
            select(Order.id)
            .where(
                Order.status == OrderStatus.PLACED,
                Order.stripe_session_id.is_not(None),
                waiting > older_than_seconds,
                age < GIVE_UP_SECONDS,
            )
            .order_by(Order.updated_at)
            .limit(limit)
        )
    )


def settle(database: Database, gateway: Gateway, order_id: uuid.UUID) -> CheckoutFacts | None:
    """Ask the provider how an order's payment page stands, and act upon it as upon a webhook.

    Returns the provider's word; None for an order without a page, or with one that the provider does not know.
    Raises GatewayError when the provider is away. Wake the relay afterwards.
    """
    with database.read() as session:
        session_id = session.scalar(select(Order.stripe_session_id).where(Order.id == order_id))
    try:
        facts = gateway.look_up(session_id) if session_id is not None else None
    except GatewayError:
        with database.write() as session:
            _queue_behind(session, order_id)
        raise
    with database.write() as session:
        outcome = apply_checkout(session, facts) if facts is not None else Outcome("IGNORED")
        if outcome.status != "DONE":
            _queue_behind(session, order_id)
    return facts


def _queue_behind(session: Session, order_id: uuid.UUID) -> None:
    # Others come first the next time: one order that cannot be settled must not stand before all.
    session.execute(update(Order).where(Order.id == order_id).values(updated_at=func.now()))


def rescue_refunds(session: Session, older_than_seconds: float) -> int:
    """Write a new message for refunds that nobody has carried out for so long; return how many."""
    age = func.extract("epoch", func.now() - Refund.updated_at)
    lost = session.scalars(
        update(Refund)
        .where(
            Refund.status == "REQUESTED",
            age > older_than_seconds,
            ~exists(select(literal(1)).where(OutboxMessage.job_id == Refund.id)),
        )
        .values(updated_at=func.now())
        .returning(Refund.id)
    ).all()
    for refund_id in lost:
        add_message(session, REFUND_ACTOR, refund_id)
    return len(lost)
