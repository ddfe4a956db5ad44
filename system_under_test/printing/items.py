"""PDF jobs for the items of a paid order: one job for each item, whatever happens."""

import uuid

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from system_under_test.db.outbox import add_message
from system_under_test.orders.tables import Order, OrderItem
from system_under_test.printing.service import ACTOR
from system_under_test.printing.tables import PdfJob


def add_item_jobs(session: Session, order_id: uuid.UUID) -> int:
    """Write the jobs and messages for all items of a paid order in the caller's transaction; return how many.

    A job has the id of its item, so a second call finds nothing to do. An order that is not paid has no jobs.
    """
    items = session.execute(
        select(OrderItem.id, Order.owner_id)
        .join(Order, Order.id == OrderItem.order_id)
        .where(OrderItem.order_id == order_id, Order.paid_at.is_not(None))
        .order_by(OrderItem.position)
    ).all()
    if not items:
        return 0
    # No calendar_id: the job prints what was bought, and must not be taken for a guest's own print of it.
    values = [{"id": item.id, "order_item_id": item.id, "session_id": item.owner_id or ""} for item in items]
    added = session.scalars(insert(PdfJob).values(values).on_conflict_do_nothing().returning(PdfJob.id)).all()
    for job_id in added:
        add_message(session, ACTOR, job_id)
    return len(added)
