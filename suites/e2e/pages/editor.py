"""The editor: month grid, event form, preview, saving."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect


class EditorPage:
    """A guest's calendar, open for changes. Names are those that people see or hear."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def preview(self) -> Locator:
        """How the month will print."""
        return self.page.get_by_test_id("preview")

    def arrive(self) -> None:
        """Waits until the editor can be used."""
        expect(self.page, "expected the address of an editor, /editor/…").to_have_url(
            re.compile(r"/editor/[^/#]+(#.*)?$")
        )
        expect(self.page.get_by_label("Event text"), "expected the event form in the editor").to_be_editable()
        # the editor fetches what was saved before; typing earlier than a person could would test something else
        self.page.wait_for_load_state("networkidle")

    def reload(self) -> None:
        """Fetches the page anew: only what was saved is there afterwards."""
        self.page.reload()
        self.arrive()

    def day_of_shown_month(self, day: int) -> str:
        """The date of a day in the month shown, `YYYY-MM-DD`. Use 8 to 21: other months never show those."""
        cell = self.page.locator(f'[data-date$="-{day:02d}"]')
        expect(cell, f"expected one cell for day {day} in the month grid").to_have_count(1)
        return cell.get_attribute("data-date") or ""

    def add_event(self, date: str, text: str, emoji: str = "") -> None:
        """Fills the form in and saves it."""
        self.page.get_by_label("Date", exact=True).fill(date)
        self._fill(text, emoji)

    def edit_event(self, text: str, new_text: str, emoji: str = "") -> None:
        """Changes what an event says."""
        self.page.get_by_role("button", name=f"Edit event {text}", exact=True).click()
        field = self.page.get_by_label("Event text")
        expect(field, f"expected the form to hold “{text}” for editing").to_have_value(text)
        self._fill(new_text, emoji)

    def delete_event(self, text: str) -> None:
        """Takes an event out."""
        self.page.get_by_role("button", name=f"Delete event {text}", exact=True).click()

    def rename(self, title: str) -> None:
        """Gives the calendar a title of its own and waits until the shop has it."""
        field = self.page.get_by_label("Calendar title")
        field.fill(title)
        field.press("Tab")
        self.expect_saved()

    def expect_saved(self) -> None:
        """The shop said so."""
        status = self.page.get_by_role("status")
        expect(status, "expected the editor to say “Saved”").to_have_text("Saved")

    def expect_shown(self, text: str) -> None:
        """The preview has it."""
        expect(self.preview, f"expected the preview to show “{text}”").to_contain_text(text)

    def expect_gone(self, text: str) -> None:
        """The preview, being there, no longer has it."""
        expect(self.preview, "expected the preview on the page").to_be_visible()
        expect(self.preview, f"expected “{text}” to be gone from the preview").not_to_contain_text(text)

    def _fill(self, text: str, emoji: str) -> None:
        self.page.get_by_label("Event text").fill(text)
        if emoji:
            self.page.get_by_label("Emoji", exact=True).fill(emoji)
        self.page.get_by_role("button", name="Save event").click()
