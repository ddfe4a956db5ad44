"""What the worker does about payments. Both functions may be called any number of times, also at once.

They raise when the work must be tried again later, and return when there is nothing left to do.
"""

import uuid

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from system_under_test.db.engine import Database
from system_under_test.orders.tables import Order
from system_under_test.payments import inbox
from system_under_test.payments.events import apply_event
from system_under_test.payments.gateway import Gateway, GatewayError
from system_under_test.payments.refunds import NotYetError, fail_refund, finish_refund
from system_under_test.payments.settlement import problem
from system_under_test.payments.tables import Refund
from system_under_test.telemetry.logs import get_logger

log = get_logger(__name__)


def handle_webhook(database: Database, event_row_id: uuid.UUID) -> None:
    """Act upon one event of the inbox, with all that follows from it in one transaction.

    Raises NotYetError when it came too early; after many attempts the event is FAILED instead.
    """
    try:
        with database.write() as session:
            event = inbox.take_event(session, event_row_id)
            if event is None:
                return
            outcome = apply_event(session, event.type, event.payload)
            inbox.finish_event(session, event_row_id, outcome)
    except NotYetError as reason:
        if not _give_up(database, event_row_id, str(reason)):
            raise
        return
    log.info("webhook_handled", kind=event.type, outcome=outcome.status, note=outcome.note)


def _give_up(database: Database, event_row_id: uuid.UUID, reason: str) -> bool:
    """Count an attempt that came too early; True, and the event FAILED, when there were too many."""
    with database.write() as session:
        if inbox.count_attempt(session, event_row_id) < inbox.MAX_ATTEMPTS:
            return False
        inbox.finish_event(session, event_row_id, problem(f"given up: {reason}", None))
    return True


def carry_out_refund(database: Database, gateway: Gateway, refund_id: uuid.UUID) -> None:
    """Have one refund made by the provider; raises GatewayError when the provider is away."""
    with database.write() as session:
        wanted = _take_refund(session, refund_id)
    if wanted is None:
        return
    order_id, payment_intent, amount_cents = wanted
    if payment_intent is None:
        with database.write() as session:
            fail_refund(session, refund_id, "a refund of an order without payment")
        return
    try:
        made = gateway.refund(refund_id, order_id, payment_intent, amount_cents)
    except GatewayError as fault:
        if not fault.is_final:
            raise
        # It may have been made all the same: the provider forgets idempotency keys after a day.
        found = gateway.find_refund(payment_intent, refund_id)
        if found is None:
            with database.write() as session:
                fail_refund(session, refund_id, "the provider refused a refund")
            return
        made = found
    with database.write() as session:
        finish_refund(session, refund_id, made.refund_id, made.refunded_cents)
    log.info("refund_done", refund_id=str(refund_id), order_id=str(order_id), amount_cents=amount_cents)


def _take_refund(session: Session, refund_id: uuid.UUID) -> tuple[uuid.UUID, str | None, int] | None:
    """Count the attempt; return order, payment and amount (cents), or None when there is nothing to do."""
    row = session.execute(
        update(Refund)
        .where(Refund.id == refund_id, Refund.status == "REQUESTED")
        .values(attempts=Refund.attempts + 1)
        .returning(Refund.order_id, Refund.amount_cents)
    ).one_or_none()
    if row is None:
        return None
    intent = session.scalar(select(Order.stripe_payment_intent).where(Order.id == row.order_id))
    return row.order_id, intent, row.amount_cents
