"""The pages in a real browser: what a person of the shop does there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from system_under_test.admin.demo_data.rows import Rows
from system_under_test.app.resources import Shop
from tests.shop.admin.browser import at_the_desk, order_in
from tests.shop.admin.staff import Person
from tests.shop.conftest import RunningApp
from tests.support import needs_browser


@needs_browser
def test_orders_are_filtered_and_paged_by_address(app: RunningApp, shop: Shop, admin: Person, story: Rows) -> None:
    with at_the_desk(app, admin) as page:
        page.goto("/admin")
        rows = page.get_by_role("table", name="Orders").get_by_role("row")
        expect(rows).to_have_count(21)
        expect(page.get_by_text("1–20 of 70")).to_be_visible()
        newest = rows.nth(1).get_by_role("rowheader").inner_text()
        expect(rows.nth(1).get_by_role("cell").last).to_have_css("text-align", "right")
        page.get_by_role("button", name="Next").click()
        expect(page.get_by_text("21–40 of 70")).to_be_visible()
        assert "after=" in page.url
        page.reload()
        expect(page.get_by_text("21–40 of 70")).to_be_visible()
        page.get_by_role("button", name="Previous").click()
        expect(page.get_by_text("1–20 of 70")).to_be_visible()
        page.go_back()
        expect(page.get_by_text("21–40 of 70")).to_be_visible()

        page.get_by_role("link", name=re.compile("^Shipped")).click()
        expect(page.get_by_role("link", name=re.compile("^Shipped"))).to_be_focused()
        shipped = sum(order["status"] == "SHIPPED" for order in story.orders)
        expect(page.get_by_role("status")).to_have_text(f"{shipped} orders")
        expect(rows).to_have_count(shipped + 1)
        page.get_by_label("Number, e-mail or name").fill("no such person")
        page.keyboard.press("Enter")
        expect(page.get_by_text("No order matches")).to_be_visible()
        assert "status=SHIPPED" in page.url
        page.get_by_role("link", name="Clear").click()
        page.get_by_label("Number, e-mail or name").fill(newest)
        page.get_by_role("button", name="Find").click()
        expect(rows).to_have_count(2)
        page.get_by_role("link", name=newest).click()
        expect(page.get_by_role("heading", name=f"Order {newest}")).to_be_visible()


@needs_browser
def test_a_wrong_filter_in_the_address_can_be_put_right(app: RunningApp, shop: Shop, admin: Person) -> None:
    with at_the_desk(app, admin) as page:
        page.goto("/admin?status=BANANA&from=2026-11-20&to=2026-11-01")
        expect(page.get_by_role("alert").first).to_contain_text("The first day must not come after the last.")
        page.get_by_label("Placed to").fill("2026-11-30")
        page.get_by_role("button", name="Find").click()
        expect(page.get_by_role("status")).to_have_text("None found")
        expect(page.locator("#problem")).to_be_hidden()


@needs_browser
def test_a_step_with_a_note_is_seen_in_history_and_audit(
    app: RunningApp, shop: Shop, admin: Person, story: Rows
) -> None:
    with at_the_desk(app, admin) as page:
        page.goto(order_in(story, "PAID"))
        page.get_by_label("Note for the history").fill("<b>Big</b> printer & glue")
        page.get_by_role("button", name="Mark as in production").click()
        expect(page.get_by_role("status")).to_have_text(re.compile(r"Order \d+ is now in production\."))
        expect(page.get_by_role("heading", level=1)).to_be_focused()
        expect(page.locator("#history li").last).to_contain_text("<b>Big</b> printer & glue")
        expect(page.get_by_role("table", name="Audit log")).to_contain_text("Wilma Werk")
        expect(page.get_by_label("Note for the history")).to_have_value("")
        page.reload()
        expect(page.get_by_role("button", name="Mark as shipped")).to_be_visible()
        expect(page.locator("#history li").last).to_contain_text("In production")
        page.goto("/admin/audit")
        expect(page.get_by_role("row").nth(1)).to_contain_text("Paid → In production")


@needs_browser
def test_somebody_else_was_quicker(app: RunningApp, shop: Shop, admin: Person, story: Rows) -> None:
    with at_the_desk(app, admin) as page:
        page.goto(order_in(story, "PAID"))
        button = page.get_by_role("button", name="Mark as in production")
        expect(button).to_be_visible()
        other = page.context.new_page()
        other.goto(page.url)
        other.get_by_role("button", name="Mark as in production").click()
        expect(other.get_by_role("button", name="Mark as shipped")).to_be_visible()
        button.click()
        expect(page.get_by_role("alert").filter(has_text="cannot become")).to_be_visible()
        expect(page.get_by_role("button", name="Mark as shipped")).to_be_enabled()


@needs_browser
def test_a_refund_is_checked_confirmed_and_seen(app: RunningApp, shop: Shop, admin: Person, story: Rows) -> None:
    with at_the_desk(app, admin) as page:
        page.goto(order_in(story, "SHIPPED"))
        amount, reason = page.get_by_label(re.compile("^Amount in")), page.get_by_label("Reason")
        go, dialog = page.get_by_role("button", name="Refund…"), page.get_by_role("dialog")
        amount.fill("99999")
        go.click()
        expect(page.locator("#amount-error")).to_contain_text("more than the €")
        expect(page.locator("#reason-error")).to_contain_text("Say why")
        expect(amount).to_be_focused()
        expect(amount).to_have_attribute("aria-invalid", "true")
        for wrong in ("", "0", "-5", "1e3", "12,345", "five"):
            amount.fill(wrong)
            go.click()
            expect(page.locator("#amount-error")).to_contain_text("such as 12.50")
        expect(dialog).to_be_hidden()

        amount.fill("5,5")
        reason.fill("Arrived bent")
        go.click()
        expect(dialog).to_contain_text("Refund €5.50?")
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        go.click()
        page.get_by_role("button", name="Keep the money").click()
        expect(page.get_by_role("table", name="Refunds")).to_be_hidden()
        go.click()
        page.get_by_role("button", name="Refund €5.50", exact=True).click()
        expect(page.get_by_role("table", name="Refunds")).to_contain_text("Arrived bent")
        expect(page.get_by_role("table", name="Refunds")).to_contain_text("€5.50")
        expect(page.get_by_role("table", name="Audit log")).to_contain_text("Refund of €5.50")
        page.get_by_role("button", name="All that is left").click()
        reason.fill("The rest")
        go.click()
        page.locator("#confirm-yes").click()
        expect(page.get_by_text("Everything that was paid has been given back")).to_be_visible()


@needs_browser
def test_an_answer_that_is_lost_does_not_pay_twice(app: RunningApp, shop: Shop, admin: Person, story: Rows) -> None:
    with at_the_desk(app, admin) as page:
        page.goto(order_in(story, "DELIVERED"))
        lost: list[bool] = []

        def lose_the_first(route: Route) -> None:
            if "mutation RefundOrder" in (route.request.post_data or "") and not lost:
                lost.append(True)
                route.fetch()  # the shop has done it, and the browser never hears of it
                route.fulfill(status=200, body="<html>", content_type="text/html")
            else:
                route.continue_()

        page.route("**/graphql", lose_the_first)
        page.get_by_label(re.compile("^Amount in")).fill("3")
        page.get_by_label("Reason").fill("Bent")
        page.get_by_role("button", name="Refund…").click()
        page.locator("#confirm-yes").click()
        expect(page.locator("#refund-error")).to_contain_text("cannot be reached")
        page.get_by_role("button", name="Refund…").click()
        page.locator("#confirm-yes").click()
        expect(page.get_by_role("table", name="Refunds").get_by_role("row")).to_have_count(2)


@needs_browser
def test_analytics_show_the_range_of_the_address(app: RunningApp, shop: Shop, admin: Person, story: Rows) -> None:
    with at_the_desk(app, admin) as page:
        page.goto("/admin/analytics?from=2026-11-02&to=2026-11-22")
        expect(page.get_by_role("status")).to_have_text("2 Nov 2026 to 22 Nov 2026, days in UTC")
        expect(page.locator("#revenue .day")).to_have_count(21)
        picture = page.get_by_role("img", name=re.compile("^Revenue per day from 2 Nov 2026"))
        expect(picture).to_be_visible()
        page.get_by_text("All days as a table").click()
        expect(page.get_by_role("table", name="Orders and revenue per day").get_by_role("row")).to_have_count(22)
        expect(page.locator("#funnel li")).to_have_count(4)
        expect(page.get_by_role("table", name="Popular designs").get_by_role("row")).not_to_have_count(1)
        expect(page.get_by_role("table", name="Work that waits")).to_contain_text("PDFs")
        page.get_by_label("From", exact=True).fill("2026-11-21")
        page.get_by_role("button", name="Show").click()
        expect(page.locator("#orders .day")).to_have_count(2)
        assert "from=2026-11-21" in page.url
        page.get_by_label("From", exact=True).fill("2026-11-30")
        page.get_by_role("button", name="Show").click()
        expect(page.locator("#range-error")).to_have_text("The first day must not come after the last.")
        page.get_by_role("link", name="7 days").click()
        expect(page.locator("#orders .day")).to_have_count(7)
        page.go_back()
        expect(page.locator("#orders .day")).to_have_count(2)


@needs_browser
@pytest.mark.parametrize(
    ("path", "table"), [("/admin", "Orders"), ("/admin/analytics", "Work that waits"), ("/admin/audit", "Audit log")]
)
def test_a_shop_that_was_away_is_asked_again(
    app: RunningApp, shop: Shop, admin: Person, story: Rows, path: str, table: str
) -> None:
    with at_the_desk(app, admin) as page:
        page.route("**/graphql", lambda route: route.fulfill(body="<html>", content_type="text/html"))
        page.goto(path)
        expect(page.get_by_role("alert").filter(has_text="cannot be reached")).to_be_visible()
        page.unroute("**/graphql")
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_role("table", name=table)).to_be_visible()
        expect(page.locator("#problem")).to_be_hidden()


@needs_browser
def test_a_feature_is_switched(app: RunningApp, shop: Shop, admin: Person) -> None:
    with at_the_desk(app, admin) as page:
        page.goto("/admin/flags")
        switch = page.get_by_role("switch", name="PDF preview")
        expect(switch).to_be_checked()
        switch.click()
        expect(page.get_by_role("status")).to_have_text("PDF preview is off.")
        expect(switch).not_to_be_checked()
        expect(switch).to_be_focused()
        page.reload()
        expect(switch).not_to_be_checked()
        expect(page.locator("[data-flag=pdf_preview]")).to_contain_text("Normally on")
        switch.click()
        expect(switch).to_be_checked()
