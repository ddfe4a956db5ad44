"""Who stands before the pages without being of the shop; and that everybody can use them, on any screen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from system_under_test.accounts.identity import Role
from system_under_test.admin.demo_data.rows import Rows
from system_under_test.app.resources import Shop
from tests.shop.admin.browser import NARROW, WIDE, at_the_desk, grave_violations, order_in, ready
from tests.shop.admin.staff import Person, set_role
from tests.shop.conftest import RunningApp
from tests.support import needs_browser


@needs_browser
@pytest.mark.parametrize("who", ["guest", "customer"])
def test_others_see_the_gate_and_no_data(app: RunningApp, shop: Shop, customer: Person, story: Rows, who: str) -> None:
    with at_the_desk(app, customer if who == "customer" else None) as page:
        for path in ("/admin", order_in(story, "PAID"), "/admin/analytics", "/admin/flags", "/admin/audit"):
            page.goto(path)
            expect(page.get_by_role("heading", name="For people of the shop")).to_be_focused()
            expect(page.get_by_role("main").get_by_role("link", name="Sign in")).to_have_attribute(
                "href", re.compile(rf"^/auth/sign-in\?next={path}$")
            )
            assert story.orders[-1]["email"] not in page.content()


@needs_browser
def test_who_is_demoted_loses_what_was_shown(app: RunningApp, shop: Shop, admin: Person, story: Rows) -> None:
    gate = "For people of the shop"
    with at_the_desk(app, admin) as page:
        page.goto("/admin")
        expect(page.get_by_role("main")).to_contain_text(story.orders[-1]["email"])
        set_role(shop, admin, Role.CUSTOMER)
        page.get_by_role("link", name=re.compile("^Placed")).click()
        expect(page.get_by_role("heading", name=gate)).to_be_focused()
        assert story.orders[-1]["email"] not in page.content()
        set_role(shop, admin, Role.ADMIN)
        page.go_back()
        expect(page.get_by_role("main")).to_contain_text(story.orders[-1]["email"])

        page.goto(order_in(story, "PAID"))
        button = page.get_by_role("button", name="Mark as in production")
        expect(button).to_be_visible()
        email = next(o["email"] for o in story.orders if page.url.endswith(str(o["id"])))
        assert email in page.content()
        set_role(shop, admin, Role.CUSTOMER)
        button.click()
        expect(page.get_by_role("heading", name=gate)).to_be_focused()
        assert email not in page.content()


@needs_browser
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_pages_are_accessible_and_fit(
    app: RunningApp, shop: Shop, admin: Person, story: Rows, size: tuple[int, int]
) -> None:
    with at_the_desk(app, admin, size) as page:
        paths = ["/admin", "/admin?text=nobody", "/admin/analytics?from=2026-11-02&to=2026-11-22", "/admin/flags"]
        paths += ["/admin/audit", order_in(story, "PAID"), order_in(story, "PLACED")]
        paths += [next(f"/admin/orders/{o['id']}" for o in story.orders if o["status"] == "REFUNDED")]
        for path in paths:
            page.goto(path)
            ready(page)
            page.wait_for_load_state("networkidle")
            assert grave_violations(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path
        page.goto(order_in(story, "PAID"))
        page.get_by_label(re.compile("^Amount in")).fill("1")
        page.get_by_label("Reason").fill("Bent")
        page.get_by_role("button", name="Refund…").click()
        assert grave_violations(page) == []


@needs_browser
def test_the_gate_is_accessible(app: RunningApp, shop: Shop) -> None:
    with at_the_desk(app, None, NARROW) as page:
        page.goto("/admin")
        expect(page.get_by_role("heading", name="For people of the shop")).to_be_visible()
        assert grave_violations(page) == []
