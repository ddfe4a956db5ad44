"""The status page in a browser: readable at both widths, true without being loaded again, honest when cut off."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect, sync_playwright

from system_under_test.app.resources import Shop
from system_under_test.status.states import State
from tests.shop.conftest import RunningApp
from tests.shop.helpers import wait_until
from tests.support import browser_or_reason, needs_browser

LOOK_AGAIN = "document.dispatchEvent(new Event('visibilitychange'))"


@pytest.fixture
def page(app: RunningApp, shop: Shop) -> Iterator[Page]:
    wait_until(lambda: all(finding.checked_at for finding in shop.status.findings()))
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_or_reason(), args=arguments)
        opened = browser.new_page()
        problems: list[str] = []
        opened.on("pageerror", lambda error: problems.append(str(error)))
        opened.goto(app.url + "/status")
        yield opened
        browser.close()
    assert problems == []


@needs_browser
@pytest.mark.parametrize("width", [1280, 390])
def test_everybody_can_read_it(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    assert [v["id"] for v in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    expect(page.locator(".status-part")).to_have_count(5)
    expect(page.get_by_role("link", name="help@village-calendar.example")).to_be_visible()


@needs_browser
def test_it_follows_the_shop_and_says_when_it_cannot(page: Page, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    printing = page.locator('[data-part="printing"]')
    expect(printing.locator(".status-word")).to_have_text("Working")
    found = shop.status.findings()
    changed = [
        dataclasses.replace(f, state=State.DEGRADED, message="It takes a while.") if f.name == "printing" else f
        for f in found
    ]
    monkeypatch.setattr(shop.status, "findings", lambda: changed)
    page.evaluate(LOOK_AGAIN)
    expect(printing.locator(".status-word")).to_have_text("Slower than usual")
    expect(printing.locator(".status-message")).to_have_text("It takes a while.")
    expect(printing).to_have_attribute("data-state", "degraded")
    expect(page.locator("#status-stale")).to_be_hidden()
    page.route("**/status.json", lambda route: route.abort())
    page.evaluate(LOOK_AGAIN)
    expect(page.locator("#status-stale")).to_be_visible()
    page.unroute("**/status.json")
    page.evaluate(LOOK_AGAIN)
    expect(page.locator("#status-stale")).to_be_hidden()
