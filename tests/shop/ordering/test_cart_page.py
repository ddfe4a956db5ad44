"""The dialog "Order prints" and the cart, in a browser, against the shop itself."""

from __future__ import annotations

import re

from playwright.sync_api import Route, expect

from tests.shop.conftest import RunningApp
from tests.shop.ordering.customer import customer_of
from tests.support import needs_browser


@needs_browser
def test_from_the_editor_into_the_cart(app: RunningApp, shop: object) -> None:
    with customer_of(app) as anna:
        page = anna.page
        page.goto(app.url)
        page.get_by_role("button", name=re.compile("Use template Kitchen")).click()
        expect(page.locator("#editor")).to_have_attribute("data-loaded", "true")
        expect(page.locator("#cart-count")).to_be_hidden()
        page.get_by_label("Calendar title").fill("Our kitchen")
        opener = page.get_by_role("button", name="Order prints")
        opener.click()
        dialog = page.get_by_role("dialog", name="Order prints")
        expect(dialog).to_contain_text("Our kitchen · 2027")
        expect(dialog.get_by_role("radio", name="A4 wall calendar")).to_be_checked()
        page.keyboard.press("Escape")
        expect(opener).to_be_focused()
        opener.click()
        dialog.get_by_role("radio", name="A3 wall calendar").check()
        expect(dialog.locator(".product").nth(1)).to_contain_text("€29.90")
        dialog.get_by_label("Copies", exact=True).fill("51")
        dialog.get_by_label("Copies", exact=True).press("Tab")
        expect(dialog.get_by_role("alert")).to_have_text("Please choose a number from 1 to 50.")
        dialog.get_by_role("button", name="One copy more").click()
        dialog.get_by_role("button", name="Add to cart").click()
        expect(dialog.get_by_role("heading", name="It is in your cart")).to_be_focused()
        expect(dialog).to_contain_text("2 × A3 wall calendar. Your cart now holds 2 calendars.")
        expect(page.locator("nav a[href='/cart']")).to_have_accessible_name("Cart 2 calendars")
        dialog.get_by_role("link", name="Go to cart").click()
        expect(page.get_by_role("listitem").filter(has_text="Our kitchen")).to_contain_text("€59.80")


@needs_browser
def test_own_calendars_on_the_home_page_can_be_ordered(app: RunningApp, shop: object) -> None:
    with customer_of(app) as anna:
        page = anna.page
        page.goto(app.url)
        anna.new_calendar("One")
        anna.new_calendar("Two")
        page.goto(app.url)
        page.get_by_role("button", name="Order prints of One").click()
        expect(page.get_by_role("dialog")).to_contain_text("One · 2027")
        page.get_by_role("button", name="Add to cart").click()
        page.get_by_role("button", name="Go on here").click()
        expect(page.get_by_role("dialog")).to_be_hidden()
        expect(page.locator("#cart-count")).to_contain_text("1")
        page.goto(app.url + "/templates")
        expect(page.locator("#cart-count")).to_contain_text("1")


@needs_browser
def test_quantities_are_saved_before_they_are_shown_as_saved(app: RunningApp, shop: object) -> None:
    with customer_of(app) as anna:
        page = anna.page
        page.goto(app.url)
        anna.put_into_cart(quantity=48)
        held: list[Route] = []
        page.route("**/graphql", lambda route: held.append(route) if _asks(route, "SetQuantity") else route.continue_())
        anna.open("/cart")
        more = page.get_by_role("button", name="One more of Kitchen table 2027, A4 wall calendar")
        quantity = page.get_by_role("spinbutton", name="Quantity of Kitchen table 2027, A4 wall calendar")
        more.click()
        more.click()
        expect(quantity).to_have_value("50")
        expect(more).to_be_disabled()
        expect(quantity).to_be_focused()  # the button that was pressed cannot be pressed any more
        expect(page.locator("#cart-status")).to_have_text("Saving…")
        expect(page.locator(".line-total")).to_have_text("€955.20")
        page.wait_for_timeout(400)
        assert len(held) == 1, "two quick presses are one change"
        held.pop().continue_()
        expect(page.locator("#cart-status")).to_have_text("Saved")
        expect(page.locator(".line-total")).to_have_text("€995.00")
        expect(page.locator("#cart-sums")).to_contain_text("€995.00")
        quantity.fill("0")
        quantity.press("Enter")
        expect(page.locator(".line").get_by_role("alert")).to_have_text(
            "Please choose a number from 1 to 50. To take it out, use Remove."
        )
        expect(quantity).to_have_value("50")
        page.unroute("**/graphql")
        page.reload()
        expect(quantity).to_have_value("50")


@needs_browser
def test_a_failed_change_says_so_and_shows_what_the_shop_has(app: RunningApp, shop: object) -> None:
    with customer_of(app) as anna:
        page = anna.page
        page.goto(app.url)
        anna.put_into_cart(quantity=2)
        anna.open("/cart")
        page.route("**/graphql", lambda route: route.abort())
        page.get_by_role("button", name="One more of").click()
        alert = page.locator(".line").get_by_role("alert")
        expect(alert).to_contain_text("The shop cannot be reached.")
        expect(page.get_by_role("spinbutton")).to_have_value("2")
        expect(page.locator("#cart-status")).not_to_have_text("Saved")
        # A change that was refused keeps the customer here, even when "Go to checkout" was pressed at once.
        page.get_by_role("button", name="One more of").click()
        page.get_by_role("link", name="Go to checkout").click()
        expect(alert).to_contain_text("The shop cannot be reached.")
        assert page.url.endswith("/cart")
        page.unroute("**/graphql")
        page.get_by_role("button", name="One more of").click()
        page.get_by_role("link", name="Go to checkout").click()
        expect(page.locator("#totals")).to_contain_text("3 calendars")
        anna.forgive_lost_connections()


@needs_browser
def test_removing_can_be_undone(app: RunningApp, shop: object) -> None:
    with customer_of(app) as anna:
        page = anna.page
        page.goto(app.url)
        anna.put_into_cart("First")
        anna.put_into_cart("Second", "a4-gift", 3)
        anna.open("/cart")
        page.get_by_role("button", name="Remove Second 2027, A4 gift box").click()
        expect(page.get_by_text("“Second” was removed.")).to_be_visible()
        expect(page.get_by_role("button", name="Undo")).to_be_focused()
        expect(page.locator(".line")).to_have_count(1)
        expect(page.locator("#cart-sums")).to_contain_text("1 calendar€19.90")
        page.get_by_role("button", name="Undo").click()
        back = page.get_by_role("spinbutton", name="Quantity of Second")
        expect(back).to_have_value("3")
        expect(back).to_be_focused()
        page.get_by_role("button", name="Remove First").click()
        page.get_by_role("button", name="Remove Second").click()
        expect(page.get_by_role("heading", name="Nothing in your cart yet")).to_be_visible()
        expect(page.locator("#cart-count")).to_be_hidden()
        page.reload()
        expect(page.get_by_role("link", name="Your calendars and designs")).to_be_visible()


@needs_browser
def test_a_line_that_is_gone_elsewhere_goes_here_too(app: RunningApp, shop: object) -> None:
    with customer_of(app) as anna:
        page = anna.page
        page.goto(app.url)
        anna.put_into_cart("First")
        anna.put_into_cart("Second")
        anna.open("/cart")
        other = page.context.new_page()
        other.goto(app.url + "/cart")
        other.get_by_role("button", name="Remove First").click()
        expect(other.locator(".line")).to_have_count(1)
        page.get_by_role("button", name="One more of First").click()
        expect(page.locator("#cart-status")).to_have_text("This line is no longer in your cart.")
        expect(page.locator(".line")).to_have_count(1)


@needs_browser
def test_a_cart_that_cannot_be_loaded_can_be_asked_for_again(app: RunningApp, shop: object) -> None:
    with customer_of(app) as anna:
        page = anna.page
        page.goto(app.url)
        anna.put_into_cart()
        page.route("**/graphql", lambda route: route.abort())
        anna.open("/cart")
        expect(page.get_by_role("alert").filter(has_text="Your cart could not be loaded.")).to_be_visible()
        page.unroute("**/graphql")
        page.get_by_role("button", name="Try again").click()
        expect(page.locator(".line")).to_have_count(1)
        anna.forgive_lost_connections()


def _asks(route: Route, operation: str) -> bool:
    return f'"operationName":"{operation}"' in (route.request.post_data or "")
