"""Table of outgoing mail."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from system_under_test.db.base import Base, Timestamp


class Mail(Base):
    """A letter about an order. ``subject_id`` (of an order or a refund) and ``kind`` make it unique.

    Recipient and text are read from the order when it is sent, so no address is stored twice.
    """

    __tablename__ = "mails"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id"),
        CheckConstraint("kind IN ('confirmation', 'shipped', 'refunded')", name="kind"),
        CheckConstraint("status IN ('QUEUED', 'SENT', 'FAILED')", name="status"),
        Index("ix_mails_order_id", "order_id"),
        Index("ix_mails_status_updated_at", "status", "updated_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    kind: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[uuid.UUID] = mapped_column()
    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    status: Mapped[str] = mapped_column(Text, server_default="QUEUED")
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[Timestamp]
    updated_at: Mapped[Timestamp]
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
