"""Tables of calendars and their events."""

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from system_under_test.calendars import limits
from system_under_test.db.base import Base, Timestamp


class Calendar(Base):
    """One wall calendar that a guest designs: a template, a year, a title."""

    __tablename__ = "calendars"
    __table_args__ = (
        Index("ix_calendars_session_id_created_at", "session_id", "created_at"),
        CheckConstraint(f"char_length(title) BETWEEN 1 AND {limits.TITLE_LENGTH}", name="title_length"),
        CheckConstraint(f"year BETWEEN {limits.FIRST_YEAR} AND {limits.LAST_YEAR}", name="year_range"),
        CheckConstraint("week_start IN ('monday', 'sunday', 'saturday')", name="week_start"),
        CheckConstraint("accent ~ '^#[0-9a-f]{6}$'", name="accent"),
        CheckConstraint("holiday_names IN ('english', 'local')", name="holiday_names"),
        CheckConstraint("holiday_region IS NULL OR holiday_country IS NOT NULL", name="holiday_place"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    template_slug: Mapped[str] = mapped_column(ForeignKey("templates.slug"))
    title: Mapped[str] = mapped_column(Text)
    year: Mapped[int] = mapped_column(SmallInteger)
    week_start: Mapped[str] = mapped_column(Text, server_default="monday")
    accent: Mapped[str | None] = mapped_column(Text)
    holiday_country: Mapped[str | None] = mapped_column(Text)
    holiday_region: Mapped[str | None] = mapped_column(Text)
    holiday_names: Mapped[str] = mapped_column(Text, server_default="english")
    show_moon: Mapped[bool] = mapped_column(server_default=false())
    show_seasons: Mapped[bool] = mapped_column(server_default=false())
    time_zone: Mapped[str] = mapped_column(Text, server_default="UTC")
    created_at: Mapped[Timestamp]
    updated_at: Mapped[Timestamp]


class Event(Base):
    """One entry on a day of a calendar."""

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_calendar_id_date", "calendar_id", "date"),
        CheckConstraint(f"char_length(text) BETWEEN 1 AND {limits.TEXT_LENGTH}", name="text_length"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    calendar_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("calendars.id", ondelete="CASCADE"))
    date: Mapped[date]
    text: Mapped[str] = mapped_column(Text)
    emoji: Mapped[str] = mapped_column(Text, server_default="")
    created_at: Mapped[Timestamp]
