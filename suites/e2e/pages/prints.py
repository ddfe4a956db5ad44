"""The dialog "Order prints" of the editor."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from suites.e2e.money import cents


class PrintsDialog:
    """Puts a calendar into the cart."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._dialog = page.get_by_role("dialog", name="Order prints")

    def open(self) -> None:
        """From the editor's own button."""
        self._page.get_by_role("button", name="Order prints", exact=True).click()
        expect(self._dialog, "expected the dialog “Order prints”").to_be_visible()

    def add(self, product: str, copies: int = 1) -> int:
        """Chooses a product by name, so many copies, adds them; returns the price of one in cents."""
        choice = self._dialog.get_by_role("radio", name=re.compile(rf"^{re.escape(product)} "))
        expect(choice, f"expected one product “{product}” in the dialog").to_have_count(1)
        choice.check(force=True)  # the real radio lies, unseen, over its whole card
        expect(choice, f"expected “{product}” to be chosen").to_be_checked()
        price = cents(choice.evaluate("radio => radio.closest('label').innerText"))
        self._dialog.get_by_label("Copies").fill(str(copies))
        self._dialog.get_by_label("Copies").press("Tab")
        self._dialog.get_by_role("button", name="Add to cart").click()
        done = self._dialog.get_by_role("heading", name="It is in your cart")
        expect(done, "expected the dialog to say “It is in your cart”").to_be_visible()
        return price

    def go_to_cart(self) -> None:
        """By the dialog's own link."""
        self._dialog.get_by_role("link", name="Go to cart").click()
