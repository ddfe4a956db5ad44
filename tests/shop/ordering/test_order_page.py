"""The page of one order, in a browser: waits for the payment, explains every state, lets pay and cancel."""

from __future__ import annotations

import re
import uuid

from playwright.sync_api import expect
from sqlalchemy import text

from tests.shop.conftest import RunningApp
from tests.shop.ordering.customer import PATHS, Customer, customer_of
from tests.support import needs_browser

SAID = {
    "PLACED": ("Your order is not paid yet", "As soon as it is paid, we start printing."),
    "PAID": ("Thank you! Your order is paid.", "A confirmation is on its way to anna@example.com."),
    "IN_PRODUCTION": ("At the printer", "Your 1 calendar is being printed and bound."),
    "SHIPPED": ("On its way to you", "addressed to Anna Lindqvist."),
    "DELIVERED": ("It has arrived", "a good place on the wall."),
    "CANCELLED": ("This order was cancelled", "Nothing was charged."),
    "REFUNDED": ("This order was refunded", "€24.80 went back to where it came from."),
}


def arrive(customer: Customer) -> None:
    customer.page.goto(customer.app.url)
    customer.new_calendar()


@needs_browser
def test_every_state_is_explained(app: RunningApp, shop: object) -> None:
    with customer_of(app) as anna:
        arrive(anna)
        page = anna.page
        for status, (title, words) in SAID.items():
            anna.open(f"/orders/{anna.has_order(status)}")
            expect(page.get_by_role("heading", level=1)).to_have_text(title)
            expect(page.locator("#order-words")).to_contain_text(words)
            expect(page.locator("#order-history li")).to_have_count(len(PATHS[status]))
            expect(page.get_by_role("button", name="Pay now")).to_be_visible(visible=status == "PLACED")
            expect(page.get_by_role("button", name="Cancel order")).to_be_visible(visible=status == "PLACED")
            expect(page.locator("#order-steps")).to_be_visible(visible=status not in ("CANCELLED", "REFUNDED"))
        expect(page.locator("#order-sums")).to_contain_text(
            "Calendars€19.90Shipping€4.90Total€24.80Including VAT€3.96Refunded€24.80"
        )
        expect(page.locator("#order-address")).to_have_text("Anna LindqvistLindenstraße 1210969 BerlinGermany")


@needs_browser
def test_after_paying_the_page_waits_and_then_thanks(app: RunningApp, shop: object) -> None:
    with customer_of(app) as anna:
        arrive(anna)
        page = anna.page
        order = anna.has_order("PLACED")
        anna.open(f"/orders/{order}?paid=1")
        expect(page.get_by_role("heading", name="One moment, please")).to_be_visible()
        expect(page.get_by_role("status")).to_have_text("Waiting for the payment to be confirmed…")
        expect(page.get_by_role("button", name="Pay now")).to_be_hidden()  # nobody is led to pay twice
        page.route("**/graphql", lambda route: route.abort())
        expect(page.get_by_role("status")).to_have_text(
            "The shop cannot be reached just now. We keep trying.", timeout=15_000
        )
        page.unroute("**/graphql")
        anna.order_becomes(order, "PAID")
        expect(page.get_by_role("heading", level=1)).to_have_text("Thank you! Your order is paid.", timeout=15_000)
        expect(page.get_by_role("status")).to_have_text("Payment confirmed")
        assert page.url.endswith(f"/orders/{order}"), "a reload is an ordinary look at the order"
        anna.forgive_lost_connections()


@needs_browser
def test_when_the_payment_is_not_heard_of_the_page_says_what_to_do(app: RunningApp, shop: object) -> None:
    with customer_of(app) as anna:
        arrive(anna)
        page = anna.page
        page.clock.install()
        order = anna.has_order("PLACED")
        anna.open(f"/orders/{order}?paid=1")
        status = page.get_by_role("status")
        expect(status).to_have_text("Waiting for the payment to be confirmed…")
        asked = anna.operations.count("Order")
        for _ in range(60):
            page.clock.fast_forward(7_000)
            page.wait_for_timeout(30)
        expect(status).to_contain_text("If you paid, nothing is lost")
        pauses = anna.operations.count("Order") - asked
        assert 10 < pauses < 40, f"{pauses} questions in two minutes"
        expect(page.get_by_role("button", name="Pay now")).to_be_hidden()
        anna.order_becomes(order, "PAID")
        page.get_by_role("button", name="Look again").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Thank you! Your order is paid.")


@needs_browser
def test_print_files_appear_when_they_are_made(app: RunningApp, shop: object) -> None:
    with customer_of(app) as anna:
        arrive(anna)
        page = anna.page
        order = anna.has_order("PAID")
        anna.has_files(order, "RUNNING")
        anna.open(f"/orders/{order}")
        expect(page.get_by_text("The print file is being made…")).to_be_visible()
        with anna.shop.housekeeping.write() as session:
            session.execute(
                text("UPDATE pdf_jobs SET status = 'DONE', sha256 = repeat('a1', 32), size_bytes = 1843200")
            )
        link = page.get_by_role("link", name="Download PDF of Kitchen table 2027")
        expect(link).to_be_visible(timeout=15_000)
        assert link.get_attribute("href")
        expect(page.locator(".print-file")).to_contain_text("1.8 MB")
        page.get_by_text("Checksum").click()
        expect(page.locator("code")).to_have_text("a1" * 32)


@needs_browser
def test_a_print_file_that_failed_says_so(app: RunningApp, shop: object) -> None:
    with customer_of(app) as anna:
        arrive(anna)
        order = anna.has_order("IN_PRODUCTION")
        anna.has_files(order, "FAILED", error="The PDF could not be made.")
        anna.open(f"/orders/{order}")
        expect(anna.page.get_by_text("The PDF could not be made.")).to_be_visible()
        expect(anna.page.get_by_role("link", name=re.compile("Download"))).to_have_count(0)


PLACE = (
    "mutation PlaceOrder($input: PlaceOrderInput!, $key: String!) {"
    " placeOrder(input: $input, idempotencyKey: $key) { id } }"
)


def place(customer: Customer) -> str:
    """Order through the API, so that there is a payment page."""
    customer.page.goto(customer.app.url)
    customer.put_into_cart()
    address = {
        "email": "anna@example.com", "name": "Anna", "line1": "Lindenstr. 12", "postcode": "10969",
        "city": "Berlin", "country": "DE",
    }  # fmt: skip
    made: str = customer.run(PLACE, input=address, key=str(uuid.uuid4()))["placeOrder"]["id"]
    return made


@needs_browser
def test_a_placed_order_can_be_paid_later(paying_shop: RunningApp) -> None:
    with customer_of(paying_shop) as anna:
        anna.open(f"/orders/{place(anna)}")
        anna.page.get_by_role("button", name="Pay now").click()
        anna.page.wait_for_url(re.compile("/c/pay/"))
        anna.page.go_back()
        expect(anna.page.get_by_role("button", name="Pay now")).to_be_enabled()


@needs_browser
def test_a_placed_order_can_be_cancelled_after_a_question(paying_shop: RunningApp) -> None:
    with customer_of(paying_shop) as anna:
        page = anna.page
        anna.open(f"/orders/{place(anna)}")
        page.get_by_role("button", name="Cancel order").click()
        question = page.get_by_role("dialog")
        expect(question.get_by_role("button", name="Keep the order")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Your order is not paid yet")
        page.get_by_role("button", name="Cancel order").click()
        page.keyboard.press("Escape")
        expect(page.get_by_role("heading", level=1)).to_have_text("Your order is not paid yet")
        page.get_by_role("button", name="Cancel order").click()
        question.get_by_role("button", name="Cancel the order").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("This order was cancelled")
        expect(page.get_by_role("heading", level=1)).to_be_focused()
        expect(page.locator("#order-steps")).to_be_hidden()


@needs_browser
def test_what_happened_elsewhere_is_shown(paying_shop: RunningApp) -> None:
    with customer_of(paying_shop) as anna:
        page = anna.page
        order = place(anna)
        anna.open(f"/orders/{order}")
        anna.run("mutation CancelOrder($id: ID!) { cancelOrder(id: $id) { status } }", id=order)
        page.get_by_role("button", name="Pay now").click()
        expect(page.get_by_role("status")).to_have_text("This order was cancelled.")
        expect(page.get_by_role("heading", level=1)).to_have_text("This order was cancelled")


@needs_browser
def test_an_order_that_cannot_be_loaded_can_be_asked_for_again(app: RunningApp, shop: object) -> None:
    with customer_of(app) as anna:
        arrive(anna)
        page = anna.page
        order = anna.has_order("SHIPPED")
        page.route("**/graphql", lambda route: route.abort())
        page.goto(f"{app.url}/orders/{order}")
        expect(page.get_by_role("alert").filter(has_text="The order could not be loaded.")).to_be_visible()
        page.unroute("**/graphql")
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("On its way to you")
        anna.forgive_lost_connections()
