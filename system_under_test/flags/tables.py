"""Table of feature flags that differ from their default."""

import uuid

from sqlalchemy import Boolean, Text
from sqlalchemy.orm import Mapped, mapped_column

from system_under_test.db.base import Base, Timestamp


class FeatureFlag(Base):
    """The value of a flag that somebody has set; a flag without a row has its default."""

    __tablename__ = "feature_flags"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    enabled: Mapped[bool] = mapped_column(Boolean)
    updated_at: Mapped[Timestamp]
    updated_by: Mapped[uuid.UUID | None] = mapped_column()
