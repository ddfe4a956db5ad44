"""Figures of a range of days. Days are days in UTC; amounts are integer cents.

Revenue belongs to the day on which an order was paid, less all that was given back of it since, so that a
day's revenue may still fall later on.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, cast, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from system_under_test.admin.validation import Span
from system_under_test.calendars.tables import Calendar
from system_under_test.carts.tables import CartItem
from system_under_test.orders.tables import Order, OrderItem
from system_under_test.templates_catalog.tables import Template

POPULAR = 10


@dataclass(frozen=True, slots=True)
class DayData:
    """One day: orders placed on it, and orders paid on it with their money."""

    day: date
    orders: int = 0
    paid_orders: int = 0
    gross_cents: int = 0
    refunded_cents: int = 0

    @property
    def revenue_cents(self) -> int:
        """Paid, net of refunds."""
        return self.gross_cents - self.refunded_cents


@dataclass(frozen=True, slots=True)
class FunnelData:
    """Owners who made a calendar within the range, and how many of them got how far since its first day."""

    made_calendar: int
    wanted_it: int
    placed_order: int
    paid: int


@dataclass(frozen=True, slots=True)
class PopularTemplate:
    """A template: calendars begun with it in the range, copies of it paid in the range and their price."""

    slug: str
    name: str
    calendars: int
    copies: int
    sales_cents: int


def _within(column: InstrumentedAttribute[Any], span: Span) -> ColumnElement[bool]:
    return (column >= span.start) & (column < span.end)


def _by_day(column: InstrumentedAttribute[Any], span: Span, *figures: Any) -> Select[Any]:
    day = cast(func.timezone("UTC", column), Date)
    return select(day, *figures).where(_within(column, span)).group_by(day)


def daily(session: Session, span: Span) -> list[DayData]:
    """Return every day of the range in order, those without orders too."""
    placed = {day: count for day, count in session.execute(_by_day(Order.created_at, span, func.count()))}  # noqa: C416
    sums = func.count(), func.sum(Order.total_cents), func.sum(Order.refunded_cents)
    paid = {day: figures for day, *figures in session.execute(_by_day(Order.paid_at, span, *sums))}
    return [DayData(day, placed.get(day, 0), *paid.get(day, ())) for day in span.days]


def totals(days: list[DayData]) -> DayData:
    """Return the sum over ``days``, dated by the first."""
    return DayData(
        day=days[0].day,
        orders=sum(day.orders for day in days),
        paid_orders=sum(day.paid_orders for day in days),
        gross_cents=sum(day.gross_cents for day in days),
        refunded_cents=sum(day.refunded_cents for day in days),
    )


def funnel(session: Session, span: Span) -> FunnelData:
    """Return how far the makers of calendars got.

    A guest who signs in becomes the account's owner with all that is theirs, so nobody is counted twice;
    deleted calendars and accounts are in no step.
    """
    made = select(Calendar.session_id.label("owner")).where(_within(Calendar.created_at, span)).distinct().subquery()
    carts = select(CartItem.owner_id).where(CartItem.created_at >= span.start).distinct().subquery()
    orders = (
        select(Order.owner_id, func.bool_or(Order.paid_at.is_not(None)).label("paid"))
        .where(Order.created_at >= span.start)
        .group_by(Order.owner_id)
        .subquery()
    )
    in_cart, placed = carts.c.owner_id.is_not(None), orders.c.owner_id.is_not(None)
    # Each side is read once and joined: asking for every owner on its own takes fifteen times as long.
    row = session.execute(
        select(
            func.count(),
            func.count().filter(or_(in_cart, placed)),
            func.count().filter(placed),
            func.count().filter(orders.c.paid),
        ).select_from(
            made.outerjoin(carts, carts.c.owner_id == made.c.owner).outerjoin(orders, orders.c.owner_id == made.c.owner)
        )
    ).one()
    return FunnelData(*row)


def popular_templates(session: Session, span: Span) -> list[PopularTemplate]:
    """Return the templates that sold or were begun most, at most POPULAR; best sold first."""
    made = (
        select(Calendar.template_slug.label("slug"), func.count().label("calendars"))
        .where(_within(Calendar.created_at, span))
        .group_by(Calendar.template_slug)
        .subquery()
    )
    sold = (
        select(
            OrderItem.template_slug.label("slug"),
            func.sum(OrderItem.quantity).label("copies"),
            func.sum(OrderItem.quantity * OrderItem.unit_price_cents).label("sales"),
        )
        .join(Order, Order.id == OrderItem.order_id)
        .where(_within(Order.paid_at, span))
        .group_by(OrderItem.template_slug)
        .subquery()
    )
    slug = func.coalesce(made.c.slug, sold.c.slug)
    calendars, copies = func.coalesce(made.c.calendars, 0), func.coalesce(sold.c.copies, 0)
    rows = session.execute(
        # An order outlives its template, hence the name may be missing.
        select(slug, func.coalesce(Template.name, slug), calendars, copies, func.coalesce(sold.c.sales, 0))
        .select_from(made.join(sold, made.c.slug == sold.c.slug, full=True).outerjoin(Template, Template.slug == slug))
        .order_by(copies.desc(), calendars.desc(), slug)
        .limit(POPULAR)
    )
    return [PopularTemplate(*row) for row in rows]
