"""Table of PDF jobs."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from system_under_test.db.base import Base, Timestamp


class JobStatus(StrEnum):
    """The life of a PDF job; DONE and FAILED are final."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


class PdfJob(Base):
    """The task to make a PDF: of a guest's calendar, or of one item of a paid order (at most one job each).

    Outlives the calendar, for the counters.
    """

    __tablename__ = "pdf_jobs"
    __table_args__ = (
        Index("ix_pdf_jobs_calendar_id", "calendar_id"),
        Index("ix_pdf_jobs_status_updated_at", "status", "updated_at"),
        Index("ix_pdf_jobs_order_item_id", "order_item_id", unique=True),
        Index("ix_pdf_jobs_session_id", "session_id"),
        CheckConstraint("status IN ('QUEUED', 'RUNNING', 'DONE', 'FAILED')", name="status"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    session_id: Mapped[str] = mapped_column(Text)
    calendar_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("calendars.id", ondelete="SET NULL"))
    order_item_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("order_items.id", ondelete="SET NULL"))
    status: Mapped[str] = mapped_column(Text, server_default=JobStatus.QUEUED)
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    error: Mapped[str | None] = mapped_column(Text)
    object_key: Mapped[str | None] = mapped_column(Text)
    sha256: Mapped[str | None] = mapped_column(Text)
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[Timestamp]
    updated_at: Mapped[Timestamp]
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
