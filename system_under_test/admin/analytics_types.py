"""GraphQL types of the figures of a range of days, and of the work that waits."""

import strawberry

from system_under_test.admin.analytics import DayData, FunnelData, PopularTemplate
from system_under_test.admin.texts import status_text
from system_under_test.admin.validation import Span
from system_under_test.admin.workload import Work
from system_under_test.products.money import CURRENCY


@strawberry.type(description="One day in UTC. Revenue is what was paid on it, less what was given back of it since.")
class AnalyticsDay:
    """Orders and money of a day."""

    date: str
    orders: int
    paid_orders: int
    gross_cents: int
    refunded_cents: int
    revenue_cents: int

    @classmethod
    def of(cls, day: DayData) -> "AnalyticsDay":
        """Wrap a day."""
        return cls(
            date=day.day.isoformat(),
            orders=day.orders,
            paid_orders=day.paid_orders,
            gross_cents=day.gross_cents,
            refunded_cents=day.refunded_cents,
            revenue_cents=day.revenue_cents,
        )


@strawberry.type(description="The sum over all days of the range.")
class AnalyticsTotals:
    """Sums; the average is over paid orders, before refunds, None without any."""

    orders: int
    paid_orders: int
    gross_cents: int
    refunded_cents: int
    revenue_cents: int
    average_order_cents: int | None

    @classmethod
    def of(cls, total: DayData) -> "AnalyticsTotals":
        """Wrap the sums."""
        return cls(
            orders=total.orders,
            paid_orders=total.paid_orders,
            gross_cents=total.gross_cents,
            refunded_cents=total.refunded_cents,
            revenue_cents=total.revenue_cents,
            average_order_cents=round(total.gross_cents / total.paid_orders) if total.paid_orders else None,
        )


@strawberry.type(description="A step of the funnel: how many came this far.")
class FunnelStep:
    """A step; each is a part of the one before."""

    name: str
    label: str
    count: int


@strawberry.type(name="PopularTemplate", description="A template by what was sold of it and begun with it.")
class PopularTemplateType:
    """A line of the list of templates."""

    slug: str
    name: str
    calendars: int
    copies: int
    sales_cents: int


@strawberry.type(description="How much of a kind of work is in a state.")
class WorkCount:
    """A state and its number."""

    status: str
    status_text: str
    count: int


@strawberry.type(description="A kind of work at this moment: outbox, pdf, mail, webhooks or refunds.")
class WorkQueue:
    """What waits; ``oldest_seconds`` is the age of the oldest unfinished entry, None when nothing waits."""

    name: str
    waiting: int
    oldest_seconds: int | None
    by_status: list[WorkCount]

    @classmethod
    def of(cls, work: Work) -> "WorkQueue":
        """Wrap a kind of work."""
        return cls(
            name=work.name,
            waiting=work.waiting,
            oldest_seconds=work.oldest_seconds,
            by_status=[
                WorkCount(status=status, status_text=status_text(status), count=count)
                for status, count in work.by_status.items()
            ],
        )


def funnel_steps(data: FunnelData) -> list[FunnelStep]:
    """Return the steps in order."""
    steps = (
        ("calendar", "Made a calendar", data.made_calendar),
        ("cart", "Put it into the cart", data.wanted_it),
        ("placed", "Placed an order", data.placed_order),
        ("paid", "Paid", data.paid),
    )
    return [FunnelStep(name=name, label=label, count=count) for name, label, count in steps]


@strawberry.type(description="Figures of a range of days, both ends included.")
class Analytics:
    """All of the page; ``time_zone`` says where the days begin and end."""

    first_day: str = strawberry.field(name="from")
    last_day: str = strawberry.field(name="to")
    time_zone: str
    currency: str
    days: list[AnalyticsDay]
    totals: AnalyticsTotals
    funnel: list[FunnelStep]
    templates: list[PopularTemplateType]
    queues: list[WorkQueue]

    @classmethod
    def of(
        cls,
        span: Span,
        days: list[DayData],
        total: DayData,
        funnel: FunnelData,
        templates: list[PopularTemplate],
        work: list[Work],
    ) -> "Analytics":
        """Wrap the figures."""
        return cls(
            first_day=span.first.isoformat(),
            last_day=span.last.isoformat(),
            time_zone="UTC",
            currency=CURRENCY,
            days=[AnalyticsDay.of(day) for day in days],
            totals=AnalyticsTotals.of(total),
            funnel=funnel_steps(funnel),
            templates=[
                PopularTemplateType(
                    slug=one.slug,
                    name=one.name,
                    calendars=one.calendars,
                    copies=one.copies,
                    sales_cents=one.sales_cents,
                )
                for one in templates
            ],
            queues=[WorkQueue.of(one) for one in work],
        )
