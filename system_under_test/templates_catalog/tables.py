"""Table of calendar templates."""

from typing import TypedDict

from sqlalchemy import Boolean, SmallInteger, Text, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from system_under_test.db.base import Base


class SampleEvent(TypedDict):
    """An event that a template suggests, for any year."""

    month: int
    day: int
    text: str
    emoji: str


class Template(Base):
    """A design in the catalogue. Colours are ``#rrggbb``; ``motif`` names the drawing of the cover."""

    __tablename__ = "templates"

    slug: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    year: Mapped[int] = mapped_column(SmallInteger)
    accent: Mapped[str] = mapped_column(Text)
    ink: Mapped[str] = mapped_column(Text)
    paper: Mapped[str] = mapped_column(Text)
    second: Mapped[str] = mapped_column(Text)
    motif: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(SmallInteger)
    active: Mapped[bool] = mapped_column(Boolean, server_default=true())
    sample_events: Mapped[list[SampleEvent]] = mapped_column(JSONB)
