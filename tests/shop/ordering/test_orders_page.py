"""The list of orders in a browser: newest first, page by page, guests and accounts alike."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.shop.conftest import RunningApp
from tests.shop.ordering.customer import customer_of
from tests.support import needs_browser


@needs_browser
def test_orders_are_listed_page_by_page(app: RunningApp, shop: object) -> None:
    with customer_of(app) as anna:
        page = anna.page
        page.goto(app.url)
        anna.new_calendar()
        for day in range(12):
            anna.has_order("DELIVERED", created_at=f"2026-10-{day + 1:02d}T10:00:00Z")
        anna.has_order("PLACED", ("Kitchen table", "Hall", "Stairs", "Attic"), created_at="2026-11-01T10:00:00Z")
        anna.open("/orders")
        entries = page.locator(".past-order")
        expect(entries).to_have_count(10)
        expect(entries.first).to_contain_text("1 November 2026")
        expect(entries.first).to_contain_text("Kitchen table 2027 and 3 others")
        expect(entries.first).to_contain_text("Waiting for payment")
        expect(entries.first).to_contain_text("€84.50")
        expect(page.get_by_role("status")).to_have_text("10 of 13 orders")
        expect(page.locator("#guest-note")).to_contain_text("These are the orders of this browser.")
        page.get_by_role("button", name="Show more").click()
        expect(entries).to_have_count(13)
        expect(entries.nth(10).get_by_role("link")).to_be_focused()
        expect(page.get_by_role("button", name="Show more")).to_be_hidden()
        expect(page.get_by_role("status")).to_have_text("13 orders")
        addresses = {link.get_attribute("href") for link in entries.get_by_role("link").all()}
        assert len(addresses) == 13
        entries.nth(12).get_by_role("link").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("It has arrived")


@needs_browser
def test_without_orders_the_page_leads_on(app: RunningApp, shop: object) -> None:
    with customer_of(app) as anna:
        anna.open("/orders")
        expect(anna.page.get_by_role("heading", name="No orders yet")).to_be_visible()
        expect(anna.page.get_by_role("main").get_by_role("link", name="Sign in")).to_have_attribute(
            "href", "/auth/sign-in?next=/orders"
        )


@needs_browser
def test_a_further_page_that_fails_keeps_what_is_there(app: RunningApp, shop: object) -> None:
    with customer_of(app) as anna:
        page = anna.page
        page.goto(app.url)
        anna.new_calendar()
        for _ in range(11):
            anna.has_order("DELIVERED")
        anna.open("/orders")
        page.route("**/graphql", lambda route: route.abort())
        page.get_by_role("button", name="Show more").click()
        expect(page.get_by_role("status")).to_contain_text("The shop cannot be reached.")
        expect(page.locator(".past-order")).to_have_count(10)
        page.unroute("**/graphql")
        page.get_by_role("button", name="Show more").click()
        expect(page.locator(".past-order")).to_have_count(11)
        anna.forgive_lost_connections()
