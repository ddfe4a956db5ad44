"""The "?" of editor and print dialog: by keyboard and by finger, seen whole, understood by screen readers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Locator, Page, expect

from system_under_test.help.library import TOOLTIPS, Library
from tests.shop.conftest import RunningApp
from tests.shop.ordering.customer import customer_of
from tests.shop.ordering.test_ordering_axe import GRAVE, WIDTHS
from tests.support import needs_browser


@contextmanager
def editor(app: RunningApp, width: int = 1280, **options: object) -> Iterator[Page]:
    with customer_of(app, width, **options) as anna:
        anna.page.goto(app.url)
        anna.page.goto(f"{app.url}/editor/{anna.new_calendar()}")
        expect(anna.page.locator("#editor")).to_have_attribute("data-loaded", "true")
        for fold in ("Holidays", "Sky"):
            anna.page.get_by_text(fold, exact=True).click()
        yield anna.page


def button(page: Page, library: Library, name: str) -> Locator:
    if name == "prints" and not page.locator("#prints").is_visible():
        page.get_by_role("button", name="Order prints").click()
    return page.get_by_role("button", name=f"Help: {library.tooltips[name].title}", exact=True)


@needs_browser
@pytest.mark.parametrize("width", WIDTHS)
def test_each_is_seen_whole_and_beside_its_button(app: RunningApp, shop: object, library: Library, width: int) -> None:
    with editor(app, width, has_touch=True) as page:
        for name in TOOLTIPS:
            mark, box = button(page, library, name), page.locator(f"#tip-{name}")
            expect(box).to_be_hidden()
            mark.tap()
            expect(box).to_be_visible()
            expect(box).to_have_class(re.compile("is-placed"))
            expect(box).to_contain_text(library.tooltips[name].html.striptags())
            shown, at = box.bounding_box(), mark.bounding_box()
            assert shown
            assert at
            assert shown["x"] >= 0
            assert shown["x"] + shown["width"] <= width
            assert shown["y"] >= 0
            assert shown["y"] + shown["height"] <= 900
            gap = max(shown["y"] - (at["y"] + at["height"]), at["y"] - (shown["y"] + shown["height"]))
            assert 0 <= gap <= 20, f"{name} stands beside its button"
            over = page.evaluate(
                "([x, y, id]) => document.getElementById(id).contains(document.elementFromPoint(x, y))",
                [shown["x"] + 20, shown["y"] + shown["height"] / 2, f"tip-{name}"],
            )
            assert over, f"nothing lies over {name}"
            assert [v["id"] for v in Axe().run(page).response["violations"] if v["impact"] in GRAVE] == []
            mark.tap()
            expect(box).to_be_hidden()


@needs_browser
def test_by_keyboard_alone(app: RunningApp, shop: object, library: Library) -> None:
    with editor(app) as page:
        for name in TOOLTIPS:
            mark, box = button(page, library, name), page.locator(f"#tip-{name}")
            for key in ("Enter", "Space"):
                mark.focus()
                expect(mark).to_have_attribute("aria-expanded", "false")
                page.keyboard.press(key)
                expect(box).to_be_visible()
                expect(mark).to_have_attribute("aria-expanded", "true")
                page.keyboard.press("Tab")
                expect(box.get_by_role("link")).to_be_focused()
                page.keyboard.press("Escape")
                expect(box).to_be_hidden()
                expect(mark).to_be_focused()
                expect(mark).to_have_attribute("aria-expanded", "false")
            if name == "prints":
                expect(page.locator("#prints")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#prints")).to_be_hidden()


@needs_browser
def test_a_screen_reader_hears_name_and_text(app: RunningApp, shop: object, library: Library) -> None:
    with editor(app) as page:
        for name in TOOLTIPS:
            tip = library.tooltips[name]
            expect(button(page, library, name)).to_have_accessible_name(f"Help: {tip.title}")
            expect(button(page, library, name)).to_have_accessible_description(tip.html.striptags())
            expect(page.locator(f"#tip-{name}")).to_have_role("group")


@needs_browser
def test_one_at_a_time_and_a_press_elsewhere_closes(app: RunningApp, shop: object, library: Library) -> None:
    with editor(app) as page:
        button(page, library, "holidays").click()
        button(page, library, "sky").click()
        expect(page.locator("#tip-holidays")).to_be_hidden()
        expect(button(page, library, "holidays")).to_have_attribute("aria-expanded", "false")
        expect(page.locator("#tip-sky")).to_be_visible()
        page.get_by_role("heading", name="Make it yours").click()
        expect(page.locator("#tip-sky")).to_be_hidden()


@needs_browser
def test_it_follows_its_button(app: RunningApp, shop: object, library: Library) -> None:
    with editor(app, 390) as page:
        mark, box = button(page, library, "emoji-picker"), page.locator("#tip-emoji-picker")
        mark.click()
        expect(box).to_be_visible()
        page.mouse.wheel(0, 60)
        page.wait_for_function("scrollY > 0")
        page.wait_for_function(
            "([a, b]) => Math.abs(a.getBoundingClientRect().bottom + 8 - b.getBoundingClientRect().top) < 2",
            arg=[mark.element_handle(), box.element_handle()],
        )


@needs_browser
def test_read_more_leads_to_the_section(app: RunningApp, shop: object, library: Library) -> None:
    with editor(app) as page:
        button(page, library, "sky").click()
        page.get_by_role("link", name="Read more: Moon and seasons").click()
        expect(page).to_have_url(re.compile(r"/help/editor#moon-and-seasons$"))
        expect(page.get_by_role("heading", name="Moon and seasons")).to_be_in_viewport()


@needs_browser
def test_without_scripts_the_help_still_opens(app: RunningApp, shop: object) -> None:
    with customer_of(app) as anna:
        anna.page.goto(app.url)
        address = f"{app.url}/editor/{anna.new_calendar()}"
        anna.page.route("**/tooltip.js", lambda route: route.fulfill(content_type="text/javascript", body=""))
        anna.page.goto(address)
        anna.page.get_by_role("button", name="Help: Making a PDF").click()
        expect(anna.page.locator("#tip-pdf")).to_be_visible()


@needs_browser
@pytest.mark.parametrize("width", WIDTHS)
def test_the_foot_fits_and_the_search_works_without_scripts(app: RunningApp, shop: object, width: int) -> None:
    with customer_of(app, width, java_script_enabled=False) as anna:
        page = anna.page
        page.goto(app.url + "/help")
        page.get_by_role("searchbox", name="Search the help").fill("declined card")
        page.get_by_role("searchbox", name="Search the help").press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("declined card")
        page.get_by_role("link", name="When the card is declined").click()
        expect(page.get_by_role("heading", name="When the card is declined")).to_be_in_viewport()
        for link in page.get_by_role("contentinfo").get_by_role("link").all():
            shown = link.bounding_box()
            assert shown
            assert shown["x"] >= 0
            assert shown["x"] + shown["width"] <= width
            assert shown["height"] >= 24
