"""Table of carts: the lines of one owner."""

import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from system_under_test.db.base import Base, Timestamp

MAX_QUANTITY = 50
MAX_LINES = 30


class CartItem(Base):
    """So many copies of one calendar, made in one way. Prices are never stored here."""

    __tablename__ = "cart_items"
    __table_args__ = (
        UniqueConstraint("owner_id", "calendar_id", "product_slug"),
        CheckConstraint(f"quantity BETWEEN 1 AND {MAX_QUANTITY}", name="quantity"),
        Index("ix_cart_items_calendar_id", "calendar_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    owner_id: Mapped[str] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    calendar_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("calendars.id", ondelete="CASCADE"))
    product_slug: Mapped[str] = mapped_column(ForeignKey("products.slug"))
    quantity: Mapped[int] = mapped_column(SmallInteger)
    created_at: Mapped[Timestamp]
