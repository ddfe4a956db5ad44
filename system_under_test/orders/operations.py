"""GraphQL queries and mutations of orders."""

import uuid

import strawberry

from system_under_test.calendars.validation import parse_id
from system_under_test.context import ShopContext, ShopInfo
from system_under_test.orders import pay_page, placing, reading
from system_under_test.orders.address import Delivery, check_delivery
from system_under_test.orders.schema import OrderType, wrap_orders
from system_under_test.orders.tables import Order


@strawberry.type(name="OrderPage", description="Some of the orders, newest first.")
class OrderPageType:
    """A page of orders as the API shows it."""

    items: list[OrderType]
    end_cursor: str | None
    has_more: bool
    total: int


@strawberry.input
class PlaceOrderInput:
    """Recipient and address; ``expectedTotalCents`` is what the customer was shown, and checked when it is given."""

    email: str
    name: str
    line1: str
    postcode: str
    city: str
    country: str
    line2: str | None = ""
    region: str | None = ""
    expected_total_cents: int | None = None

    def delivery(self) -> Delivery:
        """Return the address, not checked yet."""
        return Delivery(
            email=self.email,
            name=self.name,
            line1=self.line1,
            line2=self.line2 or "",
            postcode=self.postcode,
            city=self.city,
            region=self.region or "",
            country=self.country,
        )


def _own_order(context: ShopContext, id: strawberry.ID) -> uuid.UUID:
    order_id = parse_id(id, "order")
    with context.database.read() as session:
        return reading.get_order(session, order_id, context.owner).id


def _show(context: ShopContext, order_id: uuid.UUID) -> OrderType:
    with context.database.read() as session:
        found = reading.get_order(session, order_id, context.owner)
    return wrap_orders(context, found)[0]


@strawberry.type
class OrderQuery:
    """Queries of the orders domain."""

    @strawberry.field
    def order(self, info: ShopInfo, id: strawberry.ID) -> OrderType | None:
        """Return the order; NOT_FOUND when it does not exist or belongs to somebody else."""
        return _show(info.context, parse_id(id, "order"))

    @strawberry.field
    def orders(self, info: ShopInfo, first: int = 20, after: str | None = None) -> OrderPageType:
        """Return the customer's orders, newest first."""
        with info.context.database.read() as session:
            page = reading.list_orders(session, Order.owner_id == info.context.owner, first, after)
        return OrderPageType(
            items=wrap_orders(info.context, *page.orders),
            end_cursor=page.end_cursor,
            has_more=page.has_more,
            total=page.total,
        )


@strawberry.type
class OrderMutation:
    """Mutations of the orders domain."""

    @strawberry.mutation
    def place_order(self, info: ShopInfo, input: PlaceOrderInput, idempotency_key: str | None = None) -> OrderType:
        """Order what is in the cart, and open the payment page. The same key gives the same order.

        The header ``Idempotency-Key`` may give the key instead. When the provider does not answer, the order
        is kept, and the same call or ``payOrder`` goes on from there.
        """
        context = info.context
        context.flags.require("checkout")
        if context.identity is None:
            context.flags.require("guest_orders")
        key = placing.check_key(idempotency_key or context.idempotency_key)
        delivery = check_delivery(input.delivery())
        with context.database.write() as session:
            order_id = placing.place(session, context.owner, key, delivery, input.expected_total_cents)
        pay_page.open_pay_page(context.database, context.gateway, order_id)
        return _show(context, order_id)

    @strawberry.mutation
    def pay_order(self, info: ShopInfo, id: strawberry.ID) -> OrderType:
        """Return a placed order with a page on which it can be paid; CONFLICT when it need not be paid."""
        order_id = _own_order(info.context, id)
        try:
            pay_page.pay_again(info.context.database, info.context.gateway, order_id)
        finally:
            # It may turn out that the order was paid: then there is work for the worker.
            info.context.wake_relay()
        return _show(info.context, order_id)

    @strawberry.mutation
    def cancel_order(self, info: ShopInfo, id: strawberry.ID) -> OrderType:
        """Give up a placed order; CONFLICT when it is paid."""
        order_id = _own_order(info.context, id)
        try:
            pay_page.cancel(info.context.database, info.context.gateway, order_id)
        finally:
            info.context.wake_relay()
        return _show(info.context, order_id)
