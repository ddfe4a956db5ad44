"""Tables of payments: the inbox of webhooks, and refunds."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Integer, SmallInteger, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from system_under_test.db.base import Base, Timestamp


class WebhookEvent(Base):
    """An event of the payment provider, kept before it is acted upon; the provider's id makes it unique."""

    __tablename__ = "webhook_events"
    __table_args__ = (
        CheckConstraint("status IN ('RECEIVED', 'DONE', 'IGNORED', 'FAILED')", name="status"),
        Index("ix_webhook_events_status_updated_at", "status", "updated_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    event_id: Mapped[str] = mapped_column(Text, unique=True)
    type: Mapped[str] = mapped_column(Text)
    happened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    status: Mapped[str] = mapped_column(Text, server_default="RECEIVED")
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    note: Mapped[str] = mapped_column(Text, server_default="")
    created_at: Mapped[Timestamp]
    updated_at: Mapped[Timestamp]


class Refund(Base):
    """Money on its way back. ``amount_cents`` is in cents of the order's currency."""

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="amount"),
        CheckConstraint("status IN ('REQUESTED', 'DONE', 'FAILED')", name="status"),
        Index("ix_refunds_order_id", "order_id"),
        Index("ix_refunds_status_updated_at", "status", "updated_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    amount_cents: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text, server_default="")
    idempotency_key: Mapped[str] = mapped_column(Text, unique=True)
    stripe_refund_id: Mapped[str | None] = mapped_column(Text, unique=True)
    status: Mapped[str] = mapped_column(Text, server_default="REQUESTED")
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    requested_by: Mapped[uuid.UUID | None] = mapped_column()
    created_at: Mapped[Timestamp]
    updated_at: Mapped[Timestamp]
