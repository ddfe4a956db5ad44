"""The main pages as they stand: axe, and what has changed to the eye. Pictures of the guides are taken here too."""

from __future__ import annotations

import pytest

from suites.browsing.visitor import Visitor
from suites.e2e.fixtures import Step
from suites.e2e.looking import Look
from suites.e2e.pages.editor import EditorPage
from suites.e2e.pages.home import HomePage


@pytest.mark.journey("main-pages", criteria=["T5.1"])
def test_main_pages(step: Step, guest: Visitor, look: Look) -> None:
    """Home → designs → editor → preview."""
    home, editor = HomePage(guest.page), EditorPage(guest.page)
    with step("home"):
        home.open()
        look.at(guest, "home")
    with step("designs"):
        guest.page.goto("/templates")
        look.at(guest, "templates")
    with step("an empty editor"):
        home.open()
        home.use_template()
        look.at(guest, "editor-empty")
    with step("an editor with events"):
        editor.add_event(editor.day_of_shown_month(15), "Grandma turns 80", "🎂")
        editor.expect_saved()
        look.at(guest, "editor-events", picture="first-event", marks=[guest.page.get_by_label("Event text")])
