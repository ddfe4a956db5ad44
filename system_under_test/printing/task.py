"""What a PDF job is to print: a guest's calendar as it is now, or an item of an order as it was bought."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from system_under_test.orders.tables import Order, OrderItem
from system_under_test.printing.document import load_document
from system_under_test.printing.tables import PdfJob
from system_under_test.products.tables import Product


class NotPaidError(Exception):
    """An item of an order that nobody has paid is not printed."""


@dataclass(frozen=True, slots=True)
class PrintTask:
    """Input of the typesetter. ``paper`` is "a4" or "a3"; the same task always gives the same bytes."""

    document: dict[str, Any]
    cover: str
    paper: str
    made_at: datetime


def load_task(session: Session, job_id: uuid.UUID) -> PrintTask | None:
    """Return what the job is to print; None when it was deleted. Raises NotPaidError."""
    job = session.execute(
        select(PdfJob.order_item_id, PdfJob.created_at).where(PdfJob.id == job_id)
    ).one_or_none()  # fmt: skip
    if job is None:
        return None
    if job.order_item_id is not None:
        return _item_task(session, job.order_item_id)
    loaded = load_document(session, job_id)
    return None if loaded is None else PrintTask(*loaded, paper="a4", made_at=job.created_at)


def _item_task(session: Session, item_id: uuid.UUID) -> PrintTask | None:
    row = session.execute(
        select(OrderItem.document, OrderItem.cover, Product.paper, Order.paid_at)
        .join(Order, Order.id == OrderItem.order_id)
        .join(Product, Product.slug == OrderItem.product_slug)
        .where(OrderItem.id == item_id)
    ).one_or_none()
    if row is None:
        return None
    if row.paid_at is None:
        raise NotPaidError
    # The time of the payment, not of the attempt: every attempt makes the same bytes.
    return PrintTask(row.document, row.cover, row.paper, row.paid_at)
