"""Deleting an account. Nothing that tells of the person stays; what the books need stays without them.

Orders that were paid remain as rows of amounts and dates, because bookkeeping must show them for years. Their
name, address, e-mail, titles, printed pages and free texts are blanked. As long as a paid order has not left the
house its address is still needed, so the account cannot be deleted until then. Orders that were not paid are
cancelled; should money arrive for one all the same, there is nobody to send it to and it is to be refunded.
"""

import hmac
import uuid
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, select, update
from sqlalchemy.orm import Session

from system_under_test.accounts.tables import Account
from system_under_test.admin.tables import AuditEntry
from system_under_test.db.outbox import add_message
from system_under_test.errors import bad_input, conflict, unauthenticated
from system_under_test.guests.tables import GuestSession
from system_under_test.mail.tables import Mail
from system_under_test.orders.changes import lock_order, move
from system_under_test.orders.states import OrderStatus
from system_under_test.orders.tables import Order, OrderChange, OrderItem
from system_under_test.payments.tables import Refund
from system_under_test.printing.tables import JobStatus, PdfJob

DELETED = "deleted"
OBJECT_ACTOR = "delete_object"
_ADDRESS_NEEDED = (OrderStatus.PAID, OrderStatus.IN_PRODUCTION)
# Keys of the audit log under which people write freely.
_FREE_TEXTS = ("note", "reason")


def delete_account(session: Session, account_id: uuid.UUID, confirm_email: str) -> None:
    """Delete the account and all that is its own, in the caller's transaction.

    Raises BAD_INPUT when ``confirm_email`` is not the account's, CONFLICT while a paid order waits to be sent.
    Stored PDFs are removed by the worker: the messages are written here, so none is lost when the store is away.
    """
    account = session.execute(
        select(Account.owner_id, Account.email).where(Account.id == account_id).with_for_update()
    ).one_or_none()
    if account is None:
        raise unauthenticated()
    if not _is_same(confirm_email, account.email):
        raise bad_input("This is not the e-mail address of your account; please type it as it is shown.")
    # From here on nobody adds a calendar or places an order for this owner.
    session.execute(select(GuestSession.id).where(GuestSession.id == account.owner_id).with_for_update())
    orders = _close_orders(session, account.owner_id)
    _blank_orders(session, orders)
    _remove_pdfs(session, account.owner_id)
    session.execute(delete(Account).where(Account.id == account_id))
    # Takes calendars, events, cart and keys along; orders lose their owner.
    session.execute(delete(GuestSession).where(GuestSession.id == account.owner_id))


def _is_same(typed: str, email: str) -> bool:
    return hmac.compare_digest(typed.strip().casefold().encode(), email.strip().casefold().encode())


def _close_orders(session: Session, owner: str) -> list[uuid.UUID]:
    rows = session.execute(
        select(Order.id, Order.number, Order.status)
        .where(Order.owner_id == owner)
        .order_by(Order.id)
        .with_for_update(key_share=True)
    ).all()
    waiting = [row.number for row in rows if row.status in _ADDRESS_NEEDED]
    if waiting:
        raise conflict(
            f"Order {waiting[0]} is paid and not sent yet, so we still need your address. "
            "You can delete your account as soon as it is on its way, or ask us to refund it."
        )
    for row in rows:
        if row.status == OrderStatus.PLACED:
            note = "The account was deleted. Should a payment arrive, it is to be refunded."
            move(session, lock_order(session, row.id), OrderStatus.CANCELLED, "customer", note)
    return [row.id for row in rows]


def _blank_orders(session: Session, orders: list[uuid.UUID]) -> None:
    if not orders:
        return
    session.execute(
        update(Order)
        .where(Order.id.in_(orders))
        .values(
            email=DELETED, ship_name=DELETED, ship_line1=DELETED, ship_line2="", ship_postcode="", ship_city="",
            ship_region="", checkout_url=None, updated_at=func.now(),
        )
    )  # fmt: skip
    session.execute(
        update(OrderItem).where(OrderItem.order_id.in_(orders)).values(title=DELETED, document={}, cover="")
    )
    by_hand = and_(OrderChange.order_id.in_(orders), OrderChange.actor == "admin", OrderChange.note != "")
    session.execute(update(OrderChange).where(by_hand).values(note=""))
    session.execute(update(Refund).where(Refund.order_id.in_(orders)).values(reason=""))
    details: ColumnElement[Any] = AuditEntry.details.expression
    for key in _FREE_TEXTS:
        details = details.op("-")(key)
    session.execute(update(AuditEntry).where(AuditEntry.order_id.in_(orders)).values(details=details))
    session.execute(
        update(Mail)
        .where(Mail.order_id.in_(orders), Mail.status == "QUEUED")
        .values(status="FAILED", error="the account was deleted", updated_at=func.now())
    )


def _remove_pdfs(session: Session, owner: str) -> None:
    """Let go of the jobs and have the worker remove what they stored; a job names its object, so its row stays."""
    jobs = session.scalars(
        update(PdfJob).where(PdfJob.session_id == owner).values(session_id=DELETED).returning(PdfJob.id)
    ).all()
    session.execute(
        update(PdfJob)
        .where(PdfJob.id.in_(jobs), PdfJob.status.in_((JobStatus.QUEUED, JobStatus.RUNNING)))
        .values(status=JobStatus.FAILED, updated_at=func.now(), finished_at=func.now())
    )
    for job_id in jobs:
        add_message(session, OBJECT_ACTOR, job_id)
