"""What people of the shop do: each act and its entry in the audit log in one transaction of the caller."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from system_under_test.accounts.identity import Identity
from system_under_test.admin.audit import Action, record
from system_under_test.admin.guard import check_still_admin
from system_under_test.admin.order_detail import OrderDetail, get_order
from system_under_test.admin.tables import AuditEntry
from system_under_test.admin.validation import NOTE_LENGTH
from system_under_test.flags.service import FlagData, Flags, list_flags
from system_under_test.orders.changes import change_status
from system_under_test.orders.placing import check_key
from system_under_test.orders.states import OrderStatus
from system_under_test.payments.refunds import REASON_LENGTH, request_refund
from system_under_test.products.money import CURRENCY
from system_under_test.text import clean_line


def set_status(session: Session, admin: Identity, order_id: uuid.UUID, new: OrderStatus, note: str) -> OrderDetail:
    """Lead an order to a state that may be chosen by hand; ``note`` is for the history.

    Raises FORBIDDEN, NOT_FOUND, BAD_INPUT, and CONFLICT for a step that is not allowed.
    """
    check_still_admin(session, admin)
    line = clean_line(note, NOTE_LENGTH, "note", required=False)
    old = change_status(session, order_id, new, "admin", line)
    record(session, admin.account_id, Action.STATUS, order_id, {"from": old, "to": new, "note": line})
    return get_order(session, order_id)


def refund(
    session: Session, admin: Identity, order_id: uuid.UUID, amount_cents: int, reason: str, key: str
) -> OrderDetail:
    """Ask for money to be given back. The same ``key`` again changes nothing and is not written down twice.

    Raises FORBIDDEN, NOT_FOUND, BAD_INPUT for more than is left, CONFLICT for an order that is not paid.
    """
    check_still_admin(session, admin)
    words = clean_line(reason, REASON_LENGTH, "reason")
    made = request_refund(session, order_id, amount_cents, words, check_key(key), admin.account_id)
    # The request has locked the order: a second one with the same key waits here and then finds the entry.
    if not _is_recorded(session, order_id, made.id):
        details = {"amountCents": amount_cents, "currency": CURRENCY, "reason": words, "refundId": str(made.id)}
        record(session, admin.account_id, Action.REFUND, order_id, details)
    return get_order(session, order_id)


def _is_recorded(session: Session, order_id: uuid.UUID, refund_id: uuid.UUID) -> bool:
    entry = select(AuditEntry.id).where(
        AuditEntry.order_id == order_id, AuditEntry.details["refundId"].as_string() == str(refund_id)
    )
    return session.scalar(entry.limit(1)) is not None


def set_flag(session: Session, admin: Identity, flags: Flags, name: str, enabled: bool) -> FlagData:
    """Switch a feature and return it; raises FORBIDDEN, NOT_FOUND for a flag that the code does not know."""
    check_still_admin(session, admin)
    flags.set(session, name, enabled, admin.account_id)
    record(session, admin.account_id, Action.FLAG, None, {"name": name, "enabled": enabled})
    return next(flag for flag in list_flags(session) if flag.name == name)
