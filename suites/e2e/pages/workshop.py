"""The administration: orders, one order, analytics."""

from __future__ import annotations

import re
from datetime import date

from playwright.sync_api import Locator, Page, expect

from suites.e2e.bookkeeping import Figures
from suites.e2e.money import cents
from suites.e2e.people import Person


class Workshop:
    """The rooms of the shop's own people."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self) -> None:
        """From the account, as somebody who may."""
        self.page.get_by_role("link", name="Administration").click()
        expect(
            self.page.get_by_role("heading", name="Orders", exact=True), "expected the list of orders"
        ).to_be_visible()

    def find_order(self, person: Person) -> Locator:
        """The one line of a person's order, found by e-mail."""
        search = self.page.get_by_role("search")
        search.get_by_label("Number, e-mail or name").fill(person.email)
        search.get_by_role("button", name="Find").click()
        # before the answer is there, the list may hold that very line among others
        expect(self.page, "expected the search in the address").to_have_url(re.compile(r"[?&]text="))
        row = self.page.get_by_role("row").filter(has_text=person.email)
        expect(row, f"expected one order of {person.email} in the list").to_have_count(1)
        expect(self.page.get_by_role("row").filter(has=self.page.get_by_role("cell"))).to_have_count(1)
        return row

    def open_order(self, number: int) -> None:
        """Opens an order that is listed."""
        self.page.get_by_role("link", name=str(number), exact=True).click()
        heading = self.page.get_by_role("heading", name=f"Order {number}", exact=True)
        expect(heading, f"expected the page of order {number}").to_be_visible()

    def mark_as(self, state: str, note: str = "") -> None:
        """Leads the order that is open to its next state, such as `in production`."""
        self.page.get_by_label("Note for the history").fill(note)
        self.page.get_by_role("button", name=f"Mark as {state}", exact=True).click()
        said = self.page.get_by_role("status").filter(has_text=f"is now {state}.")
        expect(said, f"expected the page to say that the order is now {state}").to_be_visible()

    def figures(self, first: date, last: date) -> Figures:
        """Opens the analytics of some days (UTC, both included) anew and reads what is summed up."""
        self.page.goto(f"/admin/analytics?from={first}&to={last}")
        done = self.page.locator("#figures[aria-busy=false]")
        expect(done, "expected the analytics to be shown").to_be_visible()
        revenue, refunded, placed = (self._tile(name) for name in ("Revenue", "Refunded", "Orders placed"))
        paid = re.search(r"from (\d[\d,]*) paid orders?", revenue[1])
        if paid is None:
            raise AssertionError(f"expected the revenue to say from how many paid orders, got “{revenue[1]}”")
        return Figures(_number(placed[0]), _number(paid[1]), cents(revenue[0]), cents(refunded[0]))

    def _tile(self, name: str) -> tuple[str, str]:
        """The figure of a tile and the words beneath it."""
        tile = self.page.locator("#tiles > div").filter(has=self.page.get_by_text(name, exact=True))
        expect(tile, f"expected one figure called “{name}”").to_have_count(1)
        value, under = tile.locator("dd > span").all_inner_texts()
        return value, under


def _number(text: str) -> int:
    return int(text.replace(",", ""))
