"""The home page: the gallery of templates."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from suites.e2e.pages.editor import EditorPage

_USE = re.compile(r"^Use template (.+)$")


class HomePage:
    """Where every journey begins."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def cards(self) -> Locator:
        """One card for each template."""
        return self.page.get_by_test_id("template-card")

    def open(self) -> None:
        """Goes there by address, as somebody who typed it."""
        answer = self.page.goto("/")
        status = answer.status if answer else "nothing"
        assert status == 200, f"expected the home page with status 200, got {status}"  # noqa: S101
        expect(self.cards.first, "expected at least one template card on the home page").to_be_visible()

    def use_template(self, number: int = 0) -> EditorPage:
        """Takes the template of a card (0 is the first) and waits for its editor."""
        card = self.cards.nth(number)
        card.get_by_role("button", name=_USE).or_(card.get_by_role("link", name=_USE)).click()
        editor = EditorPage(self.page)
        editor.arrive()
        return editor
