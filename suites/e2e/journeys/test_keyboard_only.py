"""T5.1 for people without a mouse: the guest's journey by keyboard alone, seeing at every stop where one is."""

from __future__ import annotations

import re

import pytest

from suites.browsing.visitor import Visitor
from suites.e2e.fixtures import Step
from suites.e2e.journey import Journey
from suites.e2e.pages.editor import EditorPage
from suites.e2e.pages.keyboard import Keyboard
from suites.e2e.pages.printing import MAKING_MS

BIRTHDAY, CONCERT = "Grandma turns 80", "Choir in the barn"
FEWEST_STOPS = 40  # the editor alone has more: a month of days, its settings, the symbols


@pytest.mark.journey("keyboard-only", criteria=["T5.1"])
def test_keyboard_only(journey: Journey, step: Step, guest: Visitor) -> None:
    """Home → skip link → template → editor → two events → PDF, without one click."""
    page, keys, editor = guest.page, Keyboard(guest.page), EditorPage(guest.page)
    text, save = page.get_by_label("Event text"), page.get_by_role("button", name="Save event")
    with step("skip to the content"):
        page.goto("/")
        keys.walk_to(page.get_by_role("link", name="Skip to content"), limit=1)
        journey.milestone(guest, "skip link")
        keys.press("Enter")
        keys.press("Tab")
        inside = page.locator("main").evaluate("main => main.contains(document.activeElement)")
        assert inside, f"expected the next stop after “Skip to content” in the content, got {keys.look()}"
    with step("pick a template"):
        keys.walk_to(page.get_by_role("button", name=re.compile("^Use template ")).first)
        journey.milestone(guest, "template")
        keys.press("Enter")
        editor.arrive()
    with step("choose a day with the arrows"):
        first = page.locator("[data-date$='-01']")
        keys.walk_to(first)
        for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowLeft"):
            keys.press(key)
            keys.look()
        assert keys.is_at(page.locator("[data-date$='-15']")), "expected the arrows to lead from the 1st to the 15th"
        journey.milestone(guest, "a day")
        keys.press("Enter")
        keys.expect_at(text, "“Event text”")
    with step("write an event and save it with the button"):
        keys.write(BIRTHDAY)
        keys.walk_to(save)
        keys.press("Space")
        editor.expect_saved()
        editor.expect_shown(BIRTHDAY)
        keys.expect_at(text, "“Event text”, for the next event")
    with step("write another and save it with Enter"):
        keys.write(CONCERT)
        keys.press("Enter")
        editor.expect_shown(CONCERT)
        editor.expect_saved()
        keys.expect_at(text, "“Event text”, for the next event")
        journey.milestone(guest, "two events")
    with step("delete one"):
        keys.walk_to(page.get_by_role("button", name=f"Delete event {CONCERT}"), backwards=True)
        keys.press("Enter")
        editor.expect_gone(CONCERT)
        editor.expect_saved()
        keys.expect_somewhere("deleting an event")
    with step("find the other again"):
        editor.reload()
        editor.expect_shown(BIRTHDAY)
        editor.expect_gone(CONCERT)
    with step("make the PDF"):
        keys.walk_to(page.get_by_role("button", name="Make PDF"))
        keys.press("Enter")
        keys.expect_somewhere("pressing “Make PDF”")
        link = page.get_by_role("link", name="Download PDF")
        link.wait_for(timeout=MAKING_MS)
        keys.expect_somewhere("the PDF was made")
        keys.walk_to(link)
        journey.milestone(guest, "the PDF is ready")
        with page.expect_download() as arriving:
            keys.press("Enter")
        arriving.value.save_as(journey.folder / "calendar.pdf")
        head = (journey.folder / "calendar.pdf").read_bytes()[:5]
        assert head == b"%PDF-", f"expected a file that begins with %PDF-, got {head!r}"
    with step("every stop was looked at"):
        assert keys.stops >= FEWEST_STOPS, f"expected at least {FEWEST_STOPS} stops to be seen, got {keys.stops}"
