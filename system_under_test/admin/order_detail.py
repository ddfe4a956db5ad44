"""Everything about one order, for people of the shop: six statements, whatever its size."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from system_under_test.accounts.tables import Account
from system_under_test.admin.audit import AuditData, entries_of_order
from system_under_test.errors import not_found
from system_under_test.mail.tables import Mail
from system_under_test.orders.reading import ORDER_COLUMNS, OrderData
from system_under_test.orders.states import BY_HAND, OrderStatus, next_states
from system_under_test.orders.tables import Order, OrderChange, OrderItem
from system_under_test.payments.tables import Refund
from system_under_test.printing.tables import PdfJob


@dataclass(frozen=True, slots=True)
class ItemData:
    """A line of the order with the state of its PDF; ``job_id`` is None before there is a job."""

    id: uuid.UUID
    title: str
    year: int
    template_slug: str
    product_name: str
    quantity: int
    unit_price_cents: int
    job_id: uuid.UUID | None
    job_status: str | None
    attempts: int | None
    error: str | None
    sha256: str | None
    size_bytes: int | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class StepData:
    """A step in the order's life; ``actor`` is customer, payment, worker or admin."""

    at: datetime
    old_status: str | None
    status: str
    actor: str
    note: str


@dataclass(frozen=True, slots=True)
class RefundData:
    """Money on its way back, in cents of the order's currency."""

    id: uuid.UUID
    amount_cents: int
    status: str
    reason: str
    stripe_refund_id: str | None
    attempts: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class MailData:
    """A letter about the order."""

    id: uuid.UUID
    kind: str
    status: str
    attempts: int
    error: str | None
    created_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """An order and all that hangs on it. ``owner_kind`` is account, guest or deleted."""

    order: OrderData
    owner_kind: str
    account_email: str | None
    items: list[ItemData]
    history: list[StepData]
    refunds: list[RefundData]
    mails: list[MailData]
    audit: list[AuditData]

    @property
    def allowed_next(self) -> list[OrderStatus]:
        """The states that a person may choose now, in the order of an order's life."""
        allowed = next_states(OrderStatus(self.order.status)) & BY_HAND
        return [status for status in OrderStatus if status in allowed]

    @property
    def refundable_cents(self) -> int:
        """What can still be given back; refunds on their way count as given."""
        order = self.order
        if order.paid_at is None or order.status == OrderStatus.REFUNDED:
            return 0
        under_way = sum(refund.amount_cents for refund in self.refunds if refund.status == "REQUESTED")
        return max(0, order.total_cents - order.refunded_cents - under_way)


def get_order(session: Session, order_id: uuid.UUID) -> OrderDetail:
    """Return the order; raises NOT_FOUND."""
    found = session.execute(
        select(*ORDER_COLUMNS, Account.email)
        .outerjoin(Account, Account.owner_id == Order.owner_id)
        .where(Order.id == order_id)
    ).one_or_none()
    if found is None:
        raise not_found("order")
    *values, account_email = found
    order = OrderData(*values)
    kind = "deleted" if order.owner_id is None else "account" if account_email is not None else "guest"
    return OrderDetail(
        order=order,
        owner_kind=kind,
        account_email=account_email,
        items=_items(session, order_id),
        history=_rows(
            session, StepData, order_id, OrderChange.id, OrderChange.created_at, OrderChange.old_status,
            OrderChange.new_status, OrderChange.actor, OrderChange.note,
        ),
        refunds=_rows(
            session, RefundData, order_id, Refund.created_at, Refund.id, Refund.amount_cents, Refund.status,
            Refund.reason, Refund.stripe_refund_id, Refund.attempts, Refund.created_at,
        ),
        mails=_rows(
            session, MailData, order_id, Mail.created_at, Mail.id, Mail.kind, Mail.status, Mail.attempts,
            Mail.error, Mail.created_at, Mail.sent_at,
        ),
        audit=entries_of_order(session, order_id),
    )  # fmt: skip


def _rows(session: Session, kind: Any, order_id: uuid.UUID, order_by: Any, *columns: Any) -> list[Any]:
    table = order_by.class_
    wanted = select(*columns).where(table.order_id == order_id).order_by(order_by, table.id)
    return [kind(*row) for row in session.execute(wanted)]


def _items(session: Session, order_id: uuid.UUID) -> list[ItemData]:
    columns: tuple[Any, ...] = (
        OrderItem.id, OrderItem.title, OrderItem.year, OrderItem.template_slug, OrderItem.product_name,
        OrderItem.quantity, OrderItem.unit_price_cents, PdfJob.id, PdfJob.status, PdfJob.attempts,
        PdfJob.error, PdfJob.sha256, PdfJob.size_bytes, PdfJob.finished_at,
    )  # fmt: skip
    rows = session.execute(
        select(*columns)
        .outerjoin(PdfJob, PdfJob.order_item_id == OrderItem.id)
        .where(OrderItem.order_id == order_id)
        .order_by(OrderItem.position, OrderItem.id)
    )
    return [ItemData(*row) for row in rows]
