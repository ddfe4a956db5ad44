"""The provider's payment page, which is no page of the shop."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from playwright.sync_api import Locator, Page, expect

from suites.e2e.money import cents

GOOD_CARD, DECLINED_CARD = "4242 4242 4242 4242", "4000 0000 0000 0002"
# The provider answers a decline with 402 and a page that was closed with 409; the browser notes both as errors.
REFUSALS = [r"status of 402", r"status of 409"]


class PaymentPage:
    """Pay with card."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def _heading(self) -> Locator:
        return self.page.get_by_role("heading", name=re.compile(r"^Pay €"))

    def arrive(self) -> None:
        """Waits until the card can be typed."""
        expect(self._heading, "expected the payment page").to_be_visible()
        expect(self.page.get_by_label("Card number"), "expected a field for the card").to_be_editable()

    def amount(self) -> int:
        """Cents that the page asks for."""
        return cents(self._heading.inner_text())

    def pay(self, card: str, name: str) -> None:
        """Types a card in and presses Pay."""
        month_and_year = f"12 / {(datetime.now(UTC).year + 2) % 100:02d}"
        for label, value in (("Card number", card), ("Expiry date", month_and_year), ("CVC", "123")):
            self.page.get_by_label(label).fill(value)
        self.page.get_by_label("Name on card").fill(name)
        self.page.get_by_role("button", name=re.compile(r"^Pay €")).click()

    def expect_declined(self) -> None:
        """The person is told, and is still where they can try again."""
        told = self.page.get_by_role("alert")
        expect(told, "expected the payment page to say that the card was declined").to_contain_text(
            "Your card was declined"
        )
        expect(self.page.get_by_label("Card number"), "expected an empty field for another card").to_have_value("")

    def expect_closed(self) -> None:
        """Whoever comes back to a page that was paid cannot pay again."""
        told = self.page.get_by_text("You have not been charged again")
        expect(told, "expected the old payment page to take no second payment").to_be_visible()

    def go_back(self) -> None:
        """By the page's own link back to the shop, without paying."""
        self.page.get_by_role("link", name="Back").click()
