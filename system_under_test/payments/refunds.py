"""Refunds: asked for by people of the shop, carried out by the worker, told by the provider."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from system_under_test.db.outbox import add_message
from system_under_test.errors import bad_input, conflict
from system_under_test.mail.service import add_mail
from system_under_test.orders.changes import LockedOrder, add_note, lock_order, move
from system_under_test.orders.states import OrderStatus
from system_under_test.orders.tables import Order
from system_under_test.payments.settlement import Outcome, problem
from system_under_test.payments.tables import Refund
from system_under_test.products.money import money
from system_under_test.text import clean_line

ACTOR = "carry_out_refund"
REASON_LENGTH = 200
_REFUNDABLE = (OrderStatus.PAID, OrderStatus.IN_PRODUCTION, OrderStatus.SHIPPED, OrderStatus.DELIVERED)


class NotYetError(Exception):
    """What must come before has not happened yet; try again later."""


@dataclass(frozen=True, slots=True)
class RefundData:
    """A refund. ``amount_cents`` in cents of the order's currency; status is REQUESTED, DONE or FAILED."""

    id: uuid.UUID
    order_id: uuid.UUID
    amount_cents: int
    reason: str
    status: str
    created_at: datetime


REFUND_COLUMNS = (Refund.id, Refund.order_id, Refund.amount_cents, Refund.reason, Refund.status, Refund.created_at)


def list_refunds(session: Session, order_id: uuid.UUID) -> list[RefundData]:
    """Return the refunds of an order, oldest first."""
    rows = session.execute(
        select(*REFUND_COLUMNS).where(Refund.order_id == order_id).order_by(Refund.created_at, Refund.id)
    )
    return [RefundData(*row) for row in rows]


def request_refund(
    session: Session, order_id: uuid.UUID, amount_cents: int, reason: str, key: str, requested_by: uuid.UUID | None
) -> RefundData:
    """Write a refund and its outbox message; the same ``key`` gives the same refund again.

    Raises NOT_FOUND; CONFLICT for an order that is not paid, and for a key that was used for something else;
    BAD_INPUT for more than is left. Wake the relay after the commit.
    """
    words = clean_line(reason, REASON_LENGTH, "reason", required=False)
    # The lock makes two refunds at the same moment wait for each other: together they stay below the total.
    order = lock_order(session, order_id)
    before = session.execute(select(*REFUND_COLUMNS).where(Refund.idempotency_key == key)).one_or_none()
    if before is not None:
        found = RefundData(*before)
        if (found.order_id, found.amount_cents) != (order_id, amount_cents):
            raise conflict("This key belongs to another refund; please reload the page.")
        return found
    if order.status not in _REFUNDABLE:
        raise conflict(f"An order that is {order.status.lower().replace('_', ' ')} cannot be refunded.")
    left = order.total_cents - order.refunded_cents - _under_way(session, order_id)
    if left <= 0:
        raise conflict("Everything that was paid for this order has been refunded, or is about to be.")
    if not 1 <= amount_cents <= left:
        raise bad_input(f"You can refund between {money(1, order.currency)} and {money(left, order.currency)}.")
    row = session.execute(
        insert(Refund)
        .values(
            id=uuid.uuid4(),
            order_id=order_id,
            amount_cents=amount_cents,
            reason=words,
            idempotency_key=key,
            requested_by=requested_by,
        )
        .on_conflict_do_nothing()
        .returning(*REFUND_COLUMNS)
    ).one_or_none()
    if row is None:
        raise conflict("This key belongs to another refund; please reload the page.")
    made = RefundData(*row)
    add_message(session, ACTOR, made.id)
    return made


def _under_way(session: Session, order_id: uuid.UUID) -> int:
    waiting = select(func.coalesce(func.sum(Refund.amount_cents), 0))
    return session.scalar(waiting.where(Refund.order_id == order_id, Refund.status == "REQUESTED")) or 0


def finish_refund(session: Session, refund_id: uuid.UUID, stripe_id: str, refunded_cents: int) -> None:
    """Mark a refund DONE; ``refunded_cents`` is all that the provider ever gave back of the payment."""
    order_id = session.scalar(select(Refund.order_id).where(Refund.id == refund_id))
    if order_id is None:
        return
    order = lock_order(session, order_id)
    done = session.scalar(
        update(Refund)
        .where(Refund.id == refund_id, Refund.status == "REQUESTED")
        .values(status="DONE", stripe_refund_id=stripe_id, updated_at=func.now())
        .returning(Refund.id)
    )
    if done is None:
        return
    note_refunded(session, order, refunded_cents)
    add_mail(session, "refunded", order.id, refund_id)


def fail_refund(session: Session, refund_id: uuid.UUID, note: str) -> None:
    """Mark a refund FAILED; money that was thought to be given back counts as the shop's again."""
    order_id = session.scalar(select(Refund.order_id).where(Refund.id == refund_id))
    if order_id is None:
        return
    order = lock_order(session, order_id)
    row = session.execute(
        select(Refund.status, Refund.amount_cents).where(Refund.id == refund_id).with_for_update()
    ).one()
    if row.status == "FAILED":
        return
    session.execute(update(Refund).where(Refund.id == refund_id).values(status="FAILED", updated_at=func.now()))
    if row.status == "DONE":
        left = max(0, order.refunded_cents - row.amount_cents)
        session.execute(update(Order).where(Order.id == order.id).values(refunded_cents=left, updated_at=func.now()))
    problem(note, order.id)
    add_note(session, order, "payment", f"A refund of {money(row.amount_cents, order.currency)} did not go through.")


def note_refunded(session: Session, order: LockedOrder, refunded_cents: int) -> Outcome:
    """Write down how much of an order was given back in all: the sums only grow, so late news changes nothing."""
    if refunded_cents > order.total_cents:
        return problem("more was refunded than the order cost", order.id)
    if refunded_cents <= order.refunded_cents:
        return Outcome("DONE", "was known")
    more = money(refunded_cents - order.refunded_cents, order.currency)
    if refunded_cents == order.total_cents:
        note = f"{more} were refunded: everything that was paid."
        move(session, order, OrderStatus.REFUNDED, "payment", note, refunded_cents=refunded_cents)
        return Outcome("DONE", "refunded in full")
    session.execute(
        update(Order).where(Order.id == order.id).values(refunded_cents=refunded_cents, updated_at=func.now())
    )
    add_note(session, order, "payment", f"{more} were refunded.")
    return Outcome("DONE", "refunded in part")


def apply_charge(session: Session, kept: Mapping[str, Any]) -> Outcome:
    """Act upon ``charge.refunded``. Raises NotYetError when the payment itself has not been told yet."""
    intent, order_id = kept.get("payment_intent"), kept.get("order_id")
    found = session.scalar(select(Order.id).where(Order.stripe_payment_intent == intent)) if intent else None
    if found is None:
        named = uuid.UUID(order_id) if order_id else None
        if named is None or session.scalar(select(Order.id).where(Order.id == named)) is None:
            return problem("the order of this refund is not known", named)
        raise NotYetError("a refund came before its payment")
    refunded_cents = kept.get("refunded_cents")
    if refunded_cents is None:
        return problem("the refund has no amount", found)
    return note_refunded(session, lock_order(session, found), refunded_cents)


def apply_refund(session: Session, kept: Mapping[str, Any]) -> Outcome:
    """Act upon ``refund.updated`` and ``refund.failed``: the bank may send money back to the shop."""
    if kept.get("status") not in ("failed", "canceled"):
        return Outcome("IGNORED", "told by the charge")
    refund_id = session.scalar(select(Refund.id).where(Refund.stripe_refund_id == kept.get("id")))
    if refund_id is None:
        return problem("a refund failed that the shop has not asked for", None)
    fail_refund(session, refund_id, "the bank did not take a refund")
    return Outcome("DONE", "the refund failed")
