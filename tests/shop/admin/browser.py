"""A browser in the hands of a person of the shop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from system_under_test.admin.demo_data.rows import Rows
from tests.shop.admin.staff import Person
from tests.shop.conftest import RunningApp
from tests.support import clean_browser

WIDE, NARROW = (1280, 900), (390, 844)


@contextmanager
def at_the_desk(app: RunningApp, person: Person | None, size: tuple[int, int] = WIDE) -> Iterator[Page]:
    """A browser with the person's token in its store; a fault in its console fails the test."""
    with clean_browser() as browser:
        context = browser.new_context(
            base_url=app.url, viewport={"width": size[0], "height": size[1]}, timezone_id="Europe/Berlin"
        )
        if person:
            context.add_init_script(f"localStorage.setItem('vc_access_token', {person.token!r})")
        page = context.new_page()
        page.set_default_timeout(10_000)
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        yield page
        assert faults == []


def ready(page: Page) -> None:
    expect(page.locator("#admin")).to_have_attribute("data-state", "ready")


def order_in(story: Rows, status: str) -> str:
    found = next(o["id"] for o in story.orders if o["status"] == status and not o["refunded_cents"])
    return f"/admin/orders/{found}"


def grave_violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [violation["id"] for violation in found if violation["impact"] in ("serious", "critical")]
