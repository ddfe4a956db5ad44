"""The pages on the way from a calendar to its prints: cart, checkout, order, orders."""

from fastapi import APIRouter, Request, Response
from sqlalchemy import select

from system_under_test.accounts.web import page_visitor
from system_under_test.app.resources import Shop
from system_under_test.calendars.validation import parse_id
from system_under_test.carts.tables import MAX_QUANTITY
from system_under_test.orders.tables import Order
from system_under_test.web.rendering import Renderer


def make_router(shop: Shop, renderer: Renderer) -> APIRouter:
    """Return the routes of the order pages. Their modules fetch what they show through GraphQL."""
    router = APIRouter()

    @router.get("/cart")
    def cart(request: Request) -> Response:
        signed_in = page_visitor(request, shop).signed_in
        return renderer.page("cart.html", signed_in=signed_in, max_quantity=MAX_QUANTITY)

    @router.get("/checkout")
    def checkout(request: Request) -> Response:
        signed_in = page_visitor(request, shop).signed_in
        return renderer.page("checkout.html", signed_in=signed_in)

    @router.get("/orders")
    def orders(request: Request) -> Response:
        signed_in = page_visitor(request, shop).signed_in
        return renderer.page("orders.html", signed_in=signed_in)

    @router.get("/orders/{order_id}")
    def order(request: Request, order_id: str) -> Response:
        visitor = page_visitor(request, shop)
        key = parse_id(order_id, "order")
        with shop.database.read() as session:
            number = session.scalar(select(Order.number).where(Order.id == key, Order.owner_id == visitor.owner))
        if number is None:
            # The same answer for foreign and unknown orders. Mails link here, so it says how to get in.
            return renderer.page("order_missing.html", 404, signed_in=visitor.signed_in, order_id=key)
        return renderer.page("order.html", signed_in=visitor.signed_in, order_id=key, number=number)

    return router
