"""Tables of orders. Amounts are integer cents of ``currency``, tax included."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from system_under_test.db.base import Base, Timestamp
from system_under_test.orders.states import OrderStatus

_STATES = ", ".join(f"'{state}'" for state in OrderStatus)


class Order(Base):
    """An order with its address and its money. ``owner_id`` is None once its account was deleted."""

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint(f"status IN ({_STATES})", name="status"),
        CheckConstraint(
            "items_cents > 0 AND shipping_cents >= 0 AND total_cents = items_cents + shipping_cents", name="sum"
        ),
        CheckConstraint("refunded_cents BETWEEN 0 AND total_cents", name="refunded"),
        CheckConstraint("(paid_at IS NULL) = (status IN ('PLACED', 'CANCELLED'))", name="paid"),
        Index("ix_orders_owner_id_created_at", "owner_id", "created_at"),
        Index("ix_orders_status_created_at", "status", "created_at"),
        Index("ix_orders_created_at", "created_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True, start=100001), unique=True)
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("sessions.id", ondelete="SET NULL"))
    status: Mapped[str] = mapped_column(Text, server_default=OrderStatus.PLACED)
    currency: Mapped[str] = mapped_column(Text)
    items_cents: Mapped[int] = mapped_column(Integer)
    shipping_cents: Mapped[int] = mapped_column(Integer)
    total_cents: Mapped[int] = mapped_column(Integer)
    tax_cents: Mapped[int] = mapped_column(Integer)
    refunded_cents: Mapped[int] = mapped_column(Integer, server_default="0")
    email: Mapped[str] = mapped_column(Text)
    ship_name: Mapped[str] = mapped_column(Text)
    ship_line1: Mapped[str] = mapped_column(Text)
    ship_line2: Mapped[str] = mapped_column(Text, server_default="")
    ship_postcode: Mapped[str] = mapped_column(Text)
    ship_city: Mapped[str] = mapped_column(Text)
    ship_region: Mapped[str] = mapped_column(Text, server_default="")
    ship_country: Mapped[str] = mapped_column(Text)
    stripe_session_id: Mapped[str | None] = mapped_column(Text, unique=True)
    stripe_payment_intent: Mapped[str | None] = mapped_column(Text, unique=True)
    checkout_url: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[Timestamp]
    updated_at: Mapped[Timestamp]
    paid_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class OrderItem(Base):
    """A line of an order. ``document`` and ``cover`` are what will be printed, as it was when the order was placed."""

    __tablename__ = "order_items"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_order_items_order_id", "order_id"),
        Index("ix_order_items_calendar_id", "calendar_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    calendar_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("calendars.id", ondelete="SET NULL"))
    position: Mapped[int] = mapped_column(SmallInteger)
    product_slug: Mapped[str] = mapped_column(ForeignKey("products.slug"))
    product_name: Mapped[str] = mapped_column(Text)
    template_slug: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    year: Mapped[int] = mapped_column(SmallInteger)
    quantity: Mapped[int] = mapped_column(SmallInteger)
    unit_price_cents: Mapped[int] = mapped_column(Integer)
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)
    cover: Mapped[str] = mapped_column(Text)


class OrderChange(Base):
    """A step in the life of an order, never changed afterwards. ``actor`` is customer, payment, worker or admin."""

    __tablename__ = "order_changes"
    __table_args__ = (
        CheckConstraint("actor IN ('customer', 'payment', 'worker', 'admin')", name="actor"),
        Index("ix_order_changes_order_id", "order_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    old_status: Mapped[str | None] = mapped_column(Text)
    new_status: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, server_default="")
    created_at: Mapped[Timestamp]


class PlacedKey(Base):
    """An ``Idempotency-Key`` that an owner has used to place an order, with a digest of what was asked."""

    __tablename__ = "placed_keys"
    __table_args__ = (UniqueConstraint("order_id"),)

    owner_id: Mapped[str] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    request_digest: Mapped[str] = mapped_column(Text)
    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    created_at: Mapped[Timestamp]
