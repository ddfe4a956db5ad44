"""Table of what can be ordered."""

from sqlalchemy import Boolean, CheckConstraint, Integer, SmallInteger, Text, true
from sqlalchemy.orm import Mapped, mapped_column

from system_under_test.db.base import Base


class Product(Base):
    """A way to have a calendar made. ``price_cents`` is in cents of the shop's currency, tax included."""

    __tablename__ = "products"
    __table_args__ = (
        CheckConstraint("price_cents > 0", name="price"),
        CheckConstraint("paper IN ('a4', 'a3')", name="paper"),
    )

    slug: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    paper: Mapped[str] = mapped_column(Text)
    price_cents: Mapped[int] = mapped_column(Integer)
    position: Mapped[int] = mapped_column(SmallInteger)
    active: Mapped[bool] = mapped_column(Boolean, server_default=true())
