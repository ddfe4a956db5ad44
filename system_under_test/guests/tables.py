"""Table of guest sessions."""

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from system_under_test.db.base import Base, Timestamp


class GuestSession(Base):
    """A visitor without an account; owns calendars and PDF jobs. Written with the first calendar."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    created_at: Mapped[Timestamp]
