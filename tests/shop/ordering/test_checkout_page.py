"""The checkout in a browser, with the Stripe double behind it: nobody orders twice, nothing typed is lost."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route, expect
from sqlalchemy import func, select

from system_under_test.orders.tables import Order
from tests.shop.conftest import RunningApp
from tests.shop.ordering.customer import Customer, customer_of
from tests.support import needs_browser

PAYMENT_PAGE = re.compile(r"/c/pay/cs_test_")


def orders_of(customer: Customer) -> int:
    with customer.shop.housekeeping.read() as session:
        return session.scalar(select(func.count()).where(Order.owner_id == customer.owner)) or 0


def arrive(customer: Customer, titles: tuple[str, ...] = ("Kitchen table",)) -> Page:
    """Go to the checkout with a cart."""
    customer.page.goto(customer.app.url)
    for title in titles:
        customer.put_into_cart(title)
    customer.open("/checkout")
    return customer.page


@needs_browser
def test_wrong_fields_are_named_corrected_and_then_paid(paying_shop: RunningApp) -> None:
    with customer_of(paying_shop) as anna:
        page = arrive(anna)
        country = page.get_by_label("Country", exact=True)
        country.select_option("US")
        expect(page.locator("#totals")).to_contain_text("Shipping to United States€19.90Total€39.80")
        expect(page.get_by_label("Region")).to_be_visible()
        page.get_by_label("Name", exact=True).fill("Anna Lindqvist")
        page.get_by_label("E-mail").fill("anna@")
        anna.pay_with_stripe()
        email = page.get_by_label("E-mail")
        expect(email).to_be_focused()
        expect(email).to_have_attribute("aria-invalid", "true")
        expect(email).to_have_accessible_description("Please enter an e-mail address like name@example.com.")
        for label in ("Street and house number", "Postcode", "Town", "Region"):
            expect(page.get_by_label(label, exact=True)).to_have_accessible_description(re.compile(r"\w+\.$"))
        expect(page.locator("#form-alert")).to_have_text("5 fields need your attention.")
        expect(page.get_by_label("Name", exact=True)).not_to_have_attribute("aria-invalid", "true")
        assert orders_of(anna) == 0
        email.fill("anna@example.com")
        expect(email).not_to_have_attribute("aria-invalid", "true")
        anna.fill_address("DE", Postcode="1")
        expect(page.get_by_label("Region")).to_be_hidden()
        expect(page.locator("#totals")).to_contain_text("Shipping to Germany€4.90Total€24.80")
        anna.pay_with_stripe()
        expect(page.get_by_label("Postcode")).to_be_focused()
        expect(page.locator("#form-alert")).to_have_text("1 field needs your attention.")
        page.get_by_label("Postcode").fill("10969")
        anna.pay_with_stripe()
        page.wait_for_url(PAYMENT_PAGE)
        expect(page.get_by_role("heading", name=re.compile("24.80"))).to_be_visible()
        assert orders_of(anna) == 1


@needs_browser
def test_a_double_click_orders_once(paying_shop: RunningApp) -> None:
    with customer_of(paying_shop) as anna:
        page = arrive(anna)
        anna.fill_address()
        page.get_by_role("button", name="Pay with Stripe").dblclick()
        page.wait_for_url(PAYMENT_PAGE)
        assert anna.operations.count("PlaceOrder") == 1
        assert orders_of(anna) == 1


@needs_browser
def test_the_button_is_busy_while_the_order_is_on_its_way(paying_shop: RunningApp) -> None:
    with customer_of(paying_shop) as anna:
        held: list[Route] = []
        page = arrive(anna)
        page.route("**/graphql", lambda route: held.append(route) if _places(route) else route.continue_())
        anna.fill_address()
        anna.pay_with_stripe()
        button = page.get_by_role("button", name="Opening the payment page…")
        expect(button).to_be_disabled()
        page.get_by_label("Town").press("Enter")  # the keyboard is no second way in
        held.pop().continue_()
        page.wait_for_url(PAYMENT_PAGE)
        assert anna.operations.count("PlaceOrder") == 1


@needs_browser
def test_back_from_the_payment_page_everything_is_there_and_it_is_the_same_order(paying_shop: RunningApp) -> None:
    with customer_of(paying_shop) as anna:
        page = arrive(anna)
        anna.fill_address()
        anna.pay_with_stripe()
        page.wait_for_url(PAYMENT_PAGE)
        first = page.url
        page.go_back()
        expect(page.get_by_role("button", name="Pay with Stripe")).to_be_enabled()
        expect(page.get_by_label("Street and house number")).to_have_value("Lindenstraße 12")
        expect(page.get_by_label("Country", exact=True)).to_have_value("DE")
        anna.pay_with_stripe()
        page.wait_for_url(PAYMENT_PAGE)
        assert page.url == first
        assert orders_of(anna) == 1
        page.go_back()
        page.get_by_label("Street and house number").fill("Lindenstraße 13")
        anna.pay_with_stripe()
        page.wait_for_url(PAYMENT_PAGE)
        assert orders_of(anna) == 2, "another address is another order"


@needs_browser
def test_a_reload_in_the_middle_does_not_order_twice(paying_shop: RunningApp) -> None:
    with customer_of(paying_shop) as anna:
        page = arrive(anna)
        anna.fill_address()
        answered: list[int] = []

        def answer_into_the_void(route: Route) -> None:
            if _places(route):
                answered.append(route.fetch().status)  # the shop has ordered, the browser will never know
            else:
                route.continue_()

        page.route("**/graphql", answer_into_the_void)
        anna.pay_with_stripe()
        page.wait_for_timeout(100)
        while not answered:
            page.wait_for_timeout(50)
        assert orders_of(anna) == 1
        page.unroute("**/graphql")
        page.reload()
        expect(page.get_by_label("Town")).to_have_value("Berlin")
        expect(page.get_by_label("E-mail")).to_have_value("anna@example.com")
        anna.pay_with_stripe()
        page.wait_for_url(PAYMENT_PAGE)
        assert orders_of(anna) == 1


@needs_browser
def test_after_a_cancelled_order_the_same_form_makes_a_new_one(paying_shop: RunningApp) -> None:
    with customer_of(paying_shop) as anna:
        page = arrive(anna)
        anna.fill_address()
        anna.pay_with_stripe()
        page.wait_for_url(PAYMENT_PAGE)
        first = page.url
        # Cancelled in another window, so that this one cannot know.
        order_id = anna.run("query Orders { orders { items { id } } }")["orders"]["items"][0]["id"]
        anna.run("mutation CancelOrder($id: ID!) { cancelOrder(id: $id) { status } }", id=order_id)
        page.go_back()
        anna.pay_with_stripe()
        page.wait_for_url(PAYMENT_PAGE)
        assert page.url != first
        assert orders_of(anna) == 2


@needs_browser
def test_a_cart_that_changed_elsewhere_is_shown_before_it_is_ordered(paying_shop: RunningApp) -> None:
    with customer_of(paying_shop) as anna:
        page = arrive(anna)
        anna.fill_address()
        expect(page.locator("#totals")).to_contain_text("Total€24.80")
        anna.put_into_cart("Another")
        anna.pay_with_stripe()
        expect(page.locator("#form-alert")).to_contain_text("have changed since you saw them")
        expect(page.locator("#totals")).to_contain_text("Total€44.70")
        assert orders_of(anna) == 0
        anna.pay_with_stripe()
        page.wait_for_url(PAYMENT_PAGE)
        assert orders_of(anna) == 1


@needs_browser
def test_an_empty_cart_leads_on(paying_shop: RunningApp) -> None:
    with customer_of(paying_shop) as anna:
        page = anna.page
        anna.open("/checkout")
        expect(page.get_by_role("heading", name="There is nothing to send yet")).to_be_visible()
        expect(page.get_by_role("link", name="Your calendars and designs")).to_be_visible()


@needs_browser
def test_without_a_payment_provider_the_order_is_kept_and_said_so(app: RunningApp, shop: object) -> None:
    with customer_of(app) as anna:  # this shop's provider is nowhere
        page = arrive(anna)
        anna.fill_address()
        anna.pay_with_stripe()
        expect(page.locator("#form-alert")).to_contain_text("nothing was charged", timeout=30_000)
        expect(page.locator("#form-alert")).to_be_focused()
        expect(page.get_by_role("button", name="Pay with Stripe")).to_be_enabled()
        anna.pay_with_stripe()
        expect(page.get_by_role("button", name="Pay with Stripe")).to_be_enabled(timeout=30_000)
        assert orders_of(anna) == 1


def _places(route: Route) -> bool:
    return '"operationName":"PlaceOrder"' in (route.request.post_data or "")
