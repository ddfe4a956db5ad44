"""The pages of the shop's people: shells without data, which their modules fetch with the access token."""

from typing import Any

from fastapi import APIRouter, Request, Response

from system_under_test.accounts.web import page_visitor
from system_under_test.admin.validation import LONGEST_SPAN_DAYS, NOTE_LENGTH
from system_under_test.app.resources import Shop
from system_under_test.calendars.validation import parse_id
from system_under_test.orders.states import OrderStatus
from system_under_test.payments.refunds import REASON_LENGTH
from system_under_test.web.rendering import Renderer


def make_router(shop: Shop, renderer: Renderer) -> APIRouter:
    """Return the routes below ``/admin``."""
    router = APIRouter()

    def shell(request: Request, name: str, **values: Any) -> Response:
        visitor = page_visitor(request, shop)
        response = renderer.page(
            f"admin/{name}.html", signed_in=visitor.signed_in, address=request.url.path, section=name, **values
        )
        visitor.attach(response, shop.settings)
        return response

    @router.get("/admin")
    def orders(request: Request) -> Response:
        return shell(request, "orders", states=list(OrderStatus))

    @router.get("/admin/orders/{order_id}")
    def order(request: Request, order_id: str) -> Response:
        key = parse_id(order_id, "order")
        return shell(request, "order", order_id=key, note_length=NOTE_LENGTH, reason_length=REASON_LENGTH)

    @router.get("/admin/analytics")
    def analytics(request: Request) -> Response:
        return shell(request, "analytics", longest=LONGEST_SPAN_DAYS)

    @router.get("/admin/flags")
    def flags(request: Request) -> Response:
        return shell(request, "flags")

    @router.get("/admin/audit")
    def audit(request: Request) -> Response:
        return shell(request, "audit")

    return router
