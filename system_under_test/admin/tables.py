"""Table of the audit log: what people of the shop did."""

import uuid
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from system_under_test.db.base import Base, Timestamp


class AuditEntry(Base):
    """One act of an administrator, never changed. Ids without foreign keys: the log outlives what it speaks of."""

    __tablename__ = "audit_log"
    __table_args__ = (Index("ix_audit_log_order_id", "order_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column()
    action: Mapped[str] = mapped_column(Text)
    order_id: Mapped[uuid.UUID | None] = mapped_column()
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[Timestamp]
