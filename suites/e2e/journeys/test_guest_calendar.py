"""T5.1: a guest makes a calendar; it is theirs, it is kept, and it prints."""

from __future__ import annotations

import pytest

from suites.browsing.visitor import Visitor
from suites.e2e.fixtures import NewGuest, Step
from suites.e2e.journey import Journey
from suites.e2e.pages.editor import EditorPage
from suites.e2e.pages.home import HomePage
from suites.e2e.pages.printing import PdfDesk

BIRTHDAY, PARTY, CONCERT = "Grandma turns 80", "Grandma's party", "Choir in the barn"


@pytest.mark.journey("guest-calendar", criteria=["T5.1"])
def test_guest_calendar(journey: Journey, step: Step, guest: Visitor, new_guest: NewGuest) -> None:
    """Home → template → events → preview → kept in the session → PDF; and nobody else sees it."""
    home, editor, desk = HomePage(guest.page), EditorPage(guest.page), PdfDesk(guest.page)
    with step("open the home page"):
        home.open()
        journey.milestone(guest, "home")
    with step("pick a template"):
        home.use_template()
        journey.milestone(guest, "empty editor")
    with step("add events with emoji"):
        for day, text, emoji in ((15, BIRTHDAY, "🎂"), (16, CONCERT, "🎶")):
            editor.add_event(editor.day_of_shown_month(day), text, emoji)
            editor.expect_saved()
            editor.expect_shown(text)
    with step("see them in the preview"):
        for part in (BIRTHDAY, "🎂", CONCERT, "🎶"):
            editor.expect_shown(part)
        journey.milestone(guest, "events in the preview", showing=editor.preview)
    with step("edit an event"):
        editor.edit_event(BIRTHDAY, PARTY, "🎉")
        editor.expect_shown(PARTY)
        editor.expect_gone(BIRTHDAY)
        editor.expect_saved()
    with step("find everything again after a reload"):
        editor.reload()
        for part in (PARTY, "🎉", CONCERT):
            editor.expect_shown(part)
        editor.expect_gone(BIRTHDAY)
    with step("delete an event"):
        editor.delete_event(CONCERT)
        editor.expect_gone(CONCERT)
        editor.expect_saved()
        editor.reload()
        editor.expect_gone(CONCERT)
        editor.expect_shown(PARTY)
    with step("make the PDF"):
        desk.make()
        journey.milestone(guest, "PDF is ready")
    with step("download the PDF"):
        file = desk.download(journey.folder / "calendar.pdf")
        journey.evidence.append(file)
        head = file.read_bytes()[:5]
        assert head == b"%PDF-", f"expected a file that begins with %PDF-, got {head!r}"
    with step("another guest does not see it", allow_console=[r"status of 404"]):
        stranger = new_guest("stranger")
        answer = stranger.page.goto(guest.page.url)
        status = answer.status if answer else "nothing"
        assert status == 404, f"expected another guest to be told 404 at this calendar's address, got {status}"
        body = stranger.page.locator("body")
        seen = body.inner_text()
        assert PARTY not in seen, f"expected another guest not to read “{PARTY}”, but it is on their page"
        journey.milestone(stranger, "another guest")
