"""axe finds no serious or critical violation on the order pages, in any state, wide and narrow; nothing overflows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Route, expect

from tests.shop.conftest import RunningApp
from tests.shop.ordering.customer import PATHS, Customer, customer_of
from tests.support import needs_browser

GRAVE = {"serious", "critical"}
WIDTHS = [1280, 390]


def check(customer: Customer, state: str) -> None:
    # The tester may run its script where the page's own policy would not let anybody.
    found = Axe().run(customer.page).response["violations"]
    grave = [
        f"{state}: {one['id']} at {node['target']}" for one in found if one["impact"] in GRAVE for node in one["nodes"]
    ]
    assert not grave
    wider = customer.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, f"{state} is {wider} px too wide"


def dialog(anna: Customer) -> None:
    page = anna.page
    page.goto(f"{anna.app.url}/editor/{anna.new_calendar()}")
    expect(page.locator("#editor")).to_have_attribute("data-loaded", "true")
    page.get_by_role("button", name="Order prints").click()
    check(anna, "dialog")
    page.get_by_role("button", name="Add to cart").click()
    expect(page.get_by_role("heading", name="It is in your cart")).to_be_visible()
    check(anna, "dialog, added")
    page.goto(anna.app.url)
    check(anna, "home with own calendars")


def cart(anna: Customer) -> None:
    page = anna.page
    anna.open("/cart")
    check(anna, "cart, empty")
    anna.put_into_cart("A title that goes on and on so that it needs several lines on a telephone")
    anna.put_into_cart("Donaudampfschifffahrtsgesellschaftskapitänskajüte")
    anna.open("/cart")
    check(anna, "cart")
    page.get_by_role("spinbutton").first.fill("77")
    page.get_by_role("spinbutton").first.press("Enter")
    check(anna, "cart, wrong quantity")
    page.get_by_role("button", name="Remove A title").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    check(anna, "cart, removed")
    page.route("**/graphql", lambda route: route.abort())
    anna.open("/cart")
    check(anna, "cart, away")
    page.unroute("**/graphql")
    anna.forgive_lost_connections()


def checkout(anna: Customer) -> None:
    page = anna.page
    anna.open("/checkout")
    check(anna, "checkout, empty")
    anna.put_into_cart("Donaudampfschifffahrtsgesellschaftskapitänskajüte")
    anna.open("/checkout")
    check(anna, "checkout")
    page.get_by_label("Country", exact=True).select_option("US")
    anna.pay_with_stripe()
    expect(page.get_by_label("E-mail")).to_be_focused()
    check(anna, "checkout, errors")
    held: list[Route] = []
    page.route("**/graphql", lambda route: held.append(route))
    anna.pay_with_stripe()
    expect(page.get_by_role("button", name="Opening the payment page…")).to_be_disabled()
    check(anna, "checkout, busy")
    held[0].abort()
    page.unroute("**/graphql")
    anna.forgive_lost_connections()


def order(anna: Customer) -> None:
    page = anna.page
    page.goto(anna.app.url)
    anna.new_calendar()
    for status in PATHS:
        made = anna.has_order(status, ("Donaudampfschifffahrtsgesellschaftskapitänskajüte", "Hall"))
        if status in ("SHIPPED", "REFUNDED"):
            anna.has_files(made, "DONE", sha256="a1" * 32, size_bytes=123456)
        anna.open(f"/orders/{made}")
        check(anna, status)
    made = anna.has_order("PLACED")
    anna.open(f"/orders/{made}?paid=1")
    check(anna, "waiting")
    anna.open(f"/orders/{made}")
    page.get_by_role("button", name="Cancel order").click()
    check(anna, "question before cancelling")
    anna.open("/orders")
    check(anna, "orders")
    page.goto(f"{anna.app.url}/orders/{'0' * 8}-0000-4000-8000-{'0' * 12}")
    expect(page.get_by_role("heading", name="We could not find that order")).to_be_visible()
    check(anna, "no such order")
    anna.faults = [fault for fault in anna.faults if "404" not in fault]


def no_orders(anna: Customer) -> None:
    anna.open("/orders")
    check(anna, "no orders")


@needs_browser
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("walk", [dialog, cart, checkout, order, no_orders])
def test_no_grave_violation(app: RunningApp, shop: object, width: int, walk: Callable[[Customer], None]) -> None:
    with customer_of(app, width, reduced_motion="reduce") as anna:
        anna.page.goto(app.url)
        walk(anna)
