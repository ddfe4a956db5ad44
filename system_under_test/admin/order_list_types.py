"""GraphQL types of the list of orders."""

import strawberry

from system_under_test.admin.order_list import OrderRow, OrderRows
from system_under_test.admin.texts import iso, iso_or_none, status_text
from system_under_test.orders.schema import OrderStatusType


@strawberry.type(description="How many orders are in a state.")
class OrderStatusCount:
    """A state and its number."""

    status: OrderStatusType
    status_text: str
    count: int


@strawberry.type(description="An order as one line of the list.")
class AdminOrderRow:
    """A line of the list."""

    id: strawberry.ID
    number: int
    status: OrderStatusType
    status_text: str
    placed_at: str
    paid_at: str | None
    email: str
    name: str
    country: str
    copies: int
    total_cents: int
    refunded_cents: int
    currency: str

    @classmethod
    def of(cls, row: OrderRow) -> "AdminOrderRow":
        """Wrap a row."""
        return cls(
            id=strawberry.ID(str(row.id)),
            number=row.number,
            status=OrderStatusType(row.status),
            status_text=status_text(row.status),
            placed_at=iso(row.created_at),
            paid_at=iso_or_none(row.paid_at),
            email=row.email,
            name=row.ship_name,
            country=row.ship_country,
            copies=row.copies,
            total_cents=row.total_cents,
            refunded_cents=row.refunded_cents,
            currency=row.currency,
        )


@strawberry.type(description="A page of orders, newest first.")
class AdminOrderPage:
    """A page of the list; the counts ignore the filter's status, so that each state can show its number."""

    items: list[AdminOrderRow]
    end_cursor: str | None
    has_more: bool
    total: int
    status_counts: list[OrderStatusCount]

    @classmethod
    def of(cls, page: OrderRows) -> "AdminOrderPage":
        """Wrap a page."""
        return cls(
            items=[AdminOrderRow.of(row) for row in page.rows],
            end_cursor=page.end_cursor,
            has_more=page.has_more,
            total=page.total,
            status_counts=[
                OrderStatusCount(status=OrderStatusType(status), status_text=status_text(status), count=count)
                for status, count in page.by_status.items()
            ],
        )
