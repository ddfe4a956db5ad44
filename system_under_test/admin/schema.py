"""GraphQL for people of the shop. Every resolver asks first whether it is one of them."""

from typing import Annotated

import strawberry

from system_under_test.accounts.identity import require_admin
from system_under_test.admin import actions, analytics
from system_under_test.admin.analytics_types import Analytics
from system_under_test.admin.audit import list_entries
from system_under_test.admin.audit_types import AuditPageType
from system_under_test.admin.flag_types import FeatureFlagType
from system_under_test.admin.order_detail import get_order
from system_under_test.admin.order_list import OrderFilter, list_orders
from system_under_test.admin.order_list_types import AdminOrderPage
from system_under_test.admin.order_types import AdminOrder
from system_under_test.admin.validation import parse_span
from system_under_test.admin.workload import workload
from system_under_test.calendars.validation import parse_id
from system_under_test.context import ShopInfo
from system_under_test.flags.service import list_flags
from system_under_test.orders.schema import OrderStatusType
from system_under_test.orders.states import OrderStatus

FirstDay = Annotated[str, strawberry.argument(name="from", description="The first day, YYYY-MM-DD, in UTC.")]
LastDay = Annotated[str, strawberry.argument(name="to", description="The last day, YYYY-MM-DD, in UTC.")]


@strawberry.input(description="What to look for; what is left out does not matter.")
class AdminOrderFilter:
    """Filter of the list of orders."""

    status: OrderStatusType | None = None
    text: str | None = strawberry.field(
        default=None, description="An order's number, or how an e-mail address or a part of a name begins."
    )
    first_day: str | None = strawberry.field(name="from", default=None, description="Placed on this day or later.")
    last_day: str | None = strawberry.field(name="to", default=None, description="Placed on this day or earlier.")

    def wanted(self) -> OrderFilter:
        """Return the filter for the service."""
        return OrderFilter(
            OrderStatus(self.status.value) if self.status else None, self.text, self.first_day, self.last_day
        )


@strawberry.type
class AdminQuery:
    """Queries for people of the shop."""

    @strawberry.field
    def admin_orders(
        self, info: ShopInfo, filter: AdminOrderFilter | None = None, first: int = 20, after: str | None = None
    ) -> AdminOrderPage:
        """Return a page of all orders, newest first; at most 100."""
        require_admin(info.context.identity)
        wanted = filter.wanted() if filter else OrderFilter()
        with info.context.database.read() as session:
            return AdminOrderPage.of(list_orders(session, wanted, first, after))

    @strawberry.field
    def admin_order(self, info: ShopInfo, id: strawberry.ID) -> AdminOrder | None:
        """Return the order with everything that hangs on it; NOT_FOUND when there is none."""
        require_admin(info.context.identity)
        order_id = parse_id(id, "order")
        with info.context.database.read() as session:
            return AdminOrder.of(get_order(session, order_id), info.context.settings)

    @strawberry.field
    def analytics(self, info: ShopInfo, first_day: FirstDay, last_day: LastDay) -> Analytics:
        """Return the figures of at most 366 days."""
        require_admin(info.context.identity)
        span = parse_span(first_day, last_day)
        with info.context.database.read() as session:
            days = analytics.daily(session, span)
            return Analytics.of(
                span,
                days,
                analytics.totals(days),
                analytics.funnel(session, span),
                analytics.popular_templates(session, span),
                workload(session),
            )

    @strawberry.field
    def audit_log(self, info: ShopInfo, first: int = 20, after: str | None = None) -> AuditPageType:
        """Return a page of what people of the shop did, newest first; at most 100."""
        require_admin(info.context.identity)
        with info.context.database.read() as session:
            return AuditPageType.of(list_entries(session, first, after))

    @strawberry.field
    def feature_flags(self, info: ShopInfo) -> list[FeatureFlagType]:
        """Return all flags that the code knows."""
        require_admin(info.context.identity)
        with info.context.database.read() as session:
            return [FeatureFlagType.of(flag) for flag in list_flags(session)]


@strawberry.type
class AdminMutation:
    """Mutations for people of the shop; each is written into the audit log."""

    @strawberry.mutation
    def set_order_status(
        self, info: ShopInfo, id: strawberry.ID, status: OrderStatusType, note: str = ""
    ) -> AdminOrder:
        """Lead an order to IN_PRODUCTION, SHIPPED or DELIVERED."""
        admin = require_admin(info.context.identity)
        order_id = parse_id(id, "order")
        with info.context.database.write() as session:
            changed = actions.set_status(session, admin, order_id, OrderStatus(status.value), note)
        # The transaction is committed: the relay will find the letter's message.
        info.context.wake_relay()
        return AdminOrder.of(changed, info.context.settings)

    @strawberry.mutation
    def refund_order(
        self, info: ShopInfo, id: strawberry.ID, amount_cents: int, reason: str, idempotency_key: str
    ) -> AdminOrder:
        """Give back a part of the price or all of it."""
        admin = require_admin(info.context.identity)
        order_id = parse_id(id, "order")
        with info.context.database.write() as session:
            changed = actions.refund(session, admin, order_id, amount_cents, reason, idempotency_key)
        info.context.wake_relay()
        return AdminOrder.of(changed, info.context.settings)

    @strawberry.mutation
    def set_feature_flag(self, info: ShopInfo, name: str, enabled: bool) -> FeatureFlagType:
        """Switch a feature on or off for everybody."""
        admin = require_admin(info.context.identity)
        with info.context.database.write() as session:
            return FeatureFlagType.of(actions.set_flag(session, admin, info.context.flags, name, enabled))
