"""What the provider's events mean. Every event may come twice, late, and before the one it follows from."""

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from system_under_test.errors import ShopError
from system_under_test.orders.changes import add_note, lock_order
from system_under_test.orders.states import OrderStatus
from system_under_test.payments.facts import checkout_of
from system_under_test.payments.refunds import apply_charge, apply_refund
from system_under_test.payments.settlement import Outcome, apply_checkout

_CHECKOUTS = frozenset(
    {"checkout.session.completed", "checkout.session.async_payment_succeeded", "checkout.session.expired"}
)
_REFUNDS = frozenset({"refund.updated", "refund.failed", "charge.refund.updated"})


def apply_event(session: Session, kind: str, kept: Mapping[str, Any]) -> Outcome:
    """Act upon an event of type ``kind``, given what the inbox kept of it, in the caller's transaction.

    Raises NotYetError when it must be tried again later.
    """
    if kind in _CHECKOUTS:
        return apply_checkout(session, checkout_of(kept))
    if kind == "payment_intent.payment_failed":
        return _note_decline(session, kept)
    if kind == "charge.refunded":
        return apply_charge(session, kept)
    if kind in _REFUNDS:
        return apply_refund(session, kept)
    return Outcome("IGNORED", "nothing follows from it")


def _note_decline(session: Session, kept: Mapping[str, Any]) -> Outcome:
    failure = kept.get("failure") or "no reason given"
    try:
        order = lock_order(session, uuid.UUID(kept.get("order_id") or ""))
    except (ValueError, ShopError):
        return Outcome("IGNORED", "no order of ours")
    # Told late, a decline before the payment would only confuse.
    if order.status is OrderStatus.PLACED:
        add_note(session, order, "payment", "A payment was declined. You can try again, or use another card.")
    return Outcome("DONE", f"declined: {failure}")
