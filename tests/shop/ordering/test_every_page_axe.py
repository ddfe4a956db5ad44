"""No page of the shop, wide or narrow, has a serious or critical violation; a new page cannot be forgotten here."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page, expect

from system_under_test.app.factory import create_app
from system_under_test.settings import AppSettings
from tests.shop.conftest import RunningApp
from tests.shop.ordering.customer import customer_of
from tests.shop.ordering.test_ordering_axe import WIDTHS, check
from tests.support import needs_browser

# The address of each page; {calendar} and {order} are things of the person who looks.
PAGES = {
    "/": "/",
    "/templates": "/templates",
    "/editor/{calendar_id}": "/editor/{calendar}",
    "/preview/{calendar_id}": "/preview/{calendar}",
    "/graphql": "/graphql",
    "/cart": "/cart",
    "/checkout": "/checkout",
    "/orders": "/orders",
    "/orders/{order_id}": "/orders/{order}",
    "/account": "/account",
    "/auth/google/callback": "/auth/google/callback",
    "/admin": "/admin",
    "/admin/orders/{order_id}": "/admin/orders/{order}",
    "/admin/analytics": "/admin/analytics",
    "/admin/flags": "/admin/flags",
    "/admin/audit": "/admin/audit",
    "/status": "/status",
    "/help": "/help",
    "/help/search": "/help/search?q=holidays",
    "/help/{slug}": "/help/getting-started",
    "/legal/{slug}": "/legal/terms",
    "the editor's guide": "/help/editor",
    "the guide to ordering": "/help/ordering",
    "the guide to the account": "/help/account",
    "questions and answers": "/help/faq",
    "the privacy policy": "/legal/privacy",
    "a search for nothing that there is": "/help/search?q=xylophone",
    "a help page that does not exist": "/help/nothing",
    "a page that does not exist": "/nowhere",
    "somebody else's calendar": "/editor/00000000-0000-4000-8000-000000000000",
    "somebody else's order": "/orders/00000000-0000-4000-8000-000000000000",
    "a link that was forged": "/downloads/00000000-0000-4000-8000-000000000000?expires=1&signature=x",
}
# What answers a GET and shows nothing of the shop's own.
NO_PAGES = {
    "/livez", "/readyz", "/startupz", "/metrics", "/status.json", "/covers/{slug}.svg", "/themes.css", "/pdf/{job_id}",
    "/downloads/{job_id}", "/account/export", "/auth/sign-in", "/signed-in", "/help/pictures/{name}",
}  # fmt: skip


def get_routes(app: FastAPI) -> set[str]:
    found: set[str] = set()

    def walk(routes: Any) -> None:
        for route in routes:
            if "GET" in (getattr(route, "methods", None) or ()):
                found.add(route.path)
            inner = getattr(route, "original_router", None)
            walk(inner.routes if inner else [])

    walk(app.routes)
    return found


def test_every_page_is_on_the_list(settings: AppSettings) -> None:
    app = create_app(settings)
    app.state.shop.close()
    assert get_routes(app) == NO_PAGES | {path for path in PAGES if path.startswith("/")}


def sign_in(page: Page) -> None:
    page.get_by_role("link", name="Sign in", exact=True).click()
    page.get_by_role("button", name=re.compile("Ada Admin")).click()
    expect(page.get_by_role("link", name="Account", exact=True)).to_be_visible()
    expect(page).not_to_have_url(re.compile("/signed-in"))


@needs_browser
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("who", ["guest", "administrator"])
def test_no_grave_violation(paying_shop: RunningApp, width: int, who: str) -> None:
    with customer_of(paying_shop, width) as ada:
        page = ada.page
        page.goto(paying_shop.url)
        ada.put_into_cart("Our year")
        calendar, order = ada.new_calendar("Grandma's kitchen"), ada.has_order("PAID")
        if who == "administrator":
            sign_in(page)
        seen, grave = [], []
        for path in PAGES.values():
            page.goto(paying_shop.url + path.format(calendar=calendar, order=order))
            page.wait_for_load_state("networkidle")
            expect(page.locator("[aria-busy=true]")).to_have_count(0)
            try:
                check(ada, path)
            except AssertionError as found:
                grave.append(str(found))
            seen.append(page.title())
        assert grave == []
        assert len(set(seen)) > len(PAGES) / 2, "these are pages, not one error page again and again"
        ada.faults = [fault for fault in ada.faults if "Failed to load resource" not in fault]
