"""A customer's order, and the list of them."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from suites.e2e.pages.printing import MAKING_MS
from suites.e2e.pages.receipt import cents_in

_PAID, _UNPAID = "Thank you! Your order is paid.", "Your order is not paid yet"
_HEARD_MS = 60_000  # the provider's word comes through queue and worker, on a machine that has other things to do


class OrderPage:
    """One order, as its customer sees it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def arrive(self) -> int:
        """Waits for the order and returns its number."""
        eyebrow = self.page.get_by_text(re.compile(r"^Order \d+$")).first
        expect(eyebrow, "expected the page of an order").to_be_visible()
        expect(self.page.get_by_text("Fetching your order"), "expected the order to be fetched").to_be_hidden()
        return int(eyebrow.inner_text().split()[-1])

    def expect_paid(self) -> None:
        """The shop has heard of the payment and says so."""
        self.expect_state(_PAID, _HEARD_MS)

    def expect_unpaid(self) -> None:
        """The shop still waits for money."""
        self.expect_state(_UNPAID)
        expect(self.page.get_by_role("button", name="Pay now"), "expected a button “Pay now”").to_be_visible()

    def expect_state(self, words: str, patience: float | None = None) -> None:
        """The heading says how the order stands, within `patience` milliseconds, by default those of everything."""
        heading = self.page.get_by_role("heading", name=words, exact=True)
        expect(heading, f"expected the order's page to say “{words}”").to_be_visible(timeout=patience)

    def expect_note(self, words: str) -> None:
        """The history has something to say."""
        history = self.page.get_by_role("region", name="What has happened")
        expect(history, f"expected the order's history to say “{words}”").to_contain_text(words)

    def amounts(self) -> tuple[int, int, int]:
        """Cents of calendars, shipping and total on the receipt."""
        receipt: Locator = self.page.get_by_role("region", name=re.compile("^(Receipt|Summary)$"))
        items, shipping, total = (cents_in(receipt, label) for label in ("Calendars", "Shipping", "Total"))
        return items, shipping, total

    def download_pdf(self, title: str, into: Path) -> Path:
        """Waits for the print file of a calendar, fetches it through its link, returns the file that arrived."""
        link = self.page.get_by_role("link", name=re.compile(rf"^Download PDF of {re.escape(title)} \d{{4}}$"))
        expect(link, f"expected a link to the PDF of “{title}”").to_be_visible(timeout=MAKING_MS)
        with self.page.expect_download() as arriving:
            link.click()
        into.parent.mkdir(parents=True, exist_ok=True)
        arriving.value.save_as(into)
        return into

    def pay_now(self) -> None:
        """Goes on to the payment page."""
        self.page.get_by_role("button", name="Pay now").click()


class OrdersPage:
    """The customer's orders, newest first."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self) -> None:
        """By the link at the foot of every page."""
        self.page.get_by_role("contentinfo").get_by_role("link", name="Your orders").click()
        heading = self.page.get_by_role("heading", name="Your orders", exact=True)
        expect(heading, "expected the page “Your orders”").to_be_visible()
        expect(self.page.get_by_text("Fetching your orders"), "expected the orders to be fetched").to_be_hidden()

    def numbers(self) -> list[int]:
        """Numbers of the orders that are listed."""
        names = self.page.get_by_role("link", name=re.compile(r"^Order \d+$")).all_inner_texts()
        return [int(name.split()[-1]) for name in names]

    def open_order(self, number: int) -> OrderPage:
        """Opens one of them."""
        self.page.get_by_role("link", name=f"Order {number}", exact=True).click()
        order = OrderPage(self.page)
        order.arrive()
        return order
