"""The checkout: address, totals, the way to the payment page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from suites.e2e.pages.receipt import cents_in
from suites.e2e.people import Person


@dataclass(frozen=True)
class Totals:
    """What the page asks for, in cents."""

    items: int
    shipping: int
    total: int


class CheckoutPage:
    """Where may we send it?"""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def _receipt(self) -> Locator:
        return self.page.get_by_role("region", name="Your order")

    def arrive(self) -> None:
        """Waits until the form can be filled in."""
        heading = self.page.get_by_role("heading", name="Where may we send it?", exact=True)
        expect(heading, "expected the checkout, “Where may we send it?”").to_be_visible()
        expect(self.page.get_by_label("E-mail"), "expected the form of the checkout").to_be_editable()

    def fill(self, person: Person) -> None:
        """An address in Berlin, and the person's own name and e-mail."""
        self.page.get_by_label("E-mail").fill(person.email)
        self.page.get_by_label("Name", exact=True).fill(person.name)
        self.page.get_by_label("Country", exact=True).select_option("DE")
        for label, value in (("Street and house number", "Lindenweg 7"), ("Postcode", "10115"), ("Town", "Berlin")):
            self.page.get_by_label(label).fill(value)
        shipping = self._receipt.get_by_text("Shipping to Germany")
        expect(shipping, "expected the receipt to name the shipping to Germany").to_be_visible()
        expect(self._receipt, "expected the total with shipping").to_have_attribute("aria-busy", "false")

    def totals(self) -> Totals:
        """What the receipt says."""
        items = re.compile(r"^\d+ calendars?$")
        return Totals(
            items=cents_in(self._receipt, self._receipt.locator("dt").filter(has_text=items).inner_text()),
            shipping=cents_in(self._receipt, "Shipping"),
            total=cents_in(self._receipt, "Total"),
        )

    def go_and_pay(self) -> None:
        """Places the order; the payment page follows."""
        self.page.get_by_role("button", name="Pay with Stripe").click()
