"""The cart."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from suites.e2e.pages.receipt import cents_in


class CartPage:
    """What is about to be ordered."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def _summary(self) -> Locator:
        return self.page.get_by_role("region", name="Summary")

    def open(self) -> None:
        """By the link in the head of every page."""
        self.page.get_by_role("navigation", name="Main").get_by_role("link", name="Cart").click()
        self.arrive()

    def arrive(self) -> None:
        """Waits until the cart has been fetched."""
        heading = self.page.get_by_role("heading", name="Your cart", exact=True)
        expect(heading, "expected the page “Your cart”").to_be_visible()
        expect(self.page.get_by_text("Fetching your cart"), "expected the cart to be fetched").to_be_hidden()

    def expect_line(self, title: str) -> None:
        """A calendar is in the cart."""
        line = self.page.get_by_role("listitem").filter(has=self.page.get_by_role("heading", name=title, exact=True))
        expect(line, f"expected “{title}” in the cart").to_be_visible()

    def expect_empty(self) -> None:
        """Nothing is in the cart, and the page says so."""
        said = self.page.get_by_role("heading", name="Nothing in your cart yet", exact=True)
        expect(said, "expected the cart to be empty").to_be_visible()

    def subtotal(self) -> int:
        """Cents of all calendars in the cart, without shipping."""
        return cents_in(self._summary, "Subtotal")

    def go_to_checkout(self) -> None:
        """By the summary's own link."""
        self._summary.get_by_role("link", name="Go to checkout").click()
