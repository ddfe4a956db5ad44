"""The account: calendars, data, leaving."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from suites.e2e.people import Person


class AccountPage:
    """Your account."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self) -> None:
        """By the link in the head of every page."""
        self.page.get_by_role("navigation", name="Main").get_by_role("link", name="Account").click()
        self.arrive()

    def arrive(self) -> None:
        """Waits until its buttons work."""
        expect(
            self.page.get_by_role("heading", name="Your account", exact=True), "expected the page “Your account”"
        ).to_be_visible()
        expect(self.page.get_by_role("button", name="Save name"), "expected the account to be ready").to_be_enabled()

    def expect_calendar(self, title: str) -> None:
        """A calendar stands on the shelf."""
        shelf = self.page.get_by_role("region", name="Your calendars")
        expect(shelf, f"expected “{title}” among the calendars of the account").to_contain_text(title)

    def open_calendar(self, title: str) -> None:
        """Opens one of them."""
        self.page.get_by_role("region", name="Your calendars").get_by_role("link", name=title).click()

    def expect_no_calendar(self) -> None:
        """An account that is new, or new again."""
        shelf = self.page.get_by_role("region", name="Your calendars")
        expect(shelf, "expected an account without calendars").to_contain_text("Nothing on the shelf yet.")

    def export(self, into: Path) -> Path:
        """Downloads everything that the shop holds of the person."""
        with self.page.expect_download() as arriving:
            self.page.get_by_role("button", name="Download my data").click()
        into.parent.mkdir(parents=True, exist_ok=True)
        arriving.value.save_as(into)
        return into

    def ask_to_be_deleted(self, person: Person) -> None:
        """Opens the part that says what happens, confirms with the e-mail, presses the button."""
        field = self.page.get_by_label(f"Type {person.email} to confirm")
        if not field.is_visible():
            self.page.locator("summary", has_text="Delete my account").click()
        field.fill(person.email)
        self.page.get_by_role("button", name="Delete my account").click()

    def expect_refusal(self, words: str) -> None:
        """The account stays, and the page says why."""
        told = self.page.get_by_role("alert").filter(has_text=words)
        expect(told, f"expected the page to refuse with “{words}”").to_be_visible()

    def sign_out(self) -> None:
        """By the page's own button; the home page follows."""
        self.page.get_by_role("button", name="Sign out", exact=True).click()
