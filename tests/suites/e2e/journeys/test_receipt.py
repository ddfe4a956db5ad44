"""Sums are found by what stands beside them."""

from __future__ import annotations

import pytest

from suites.e2e.pages.receipt import cents_in, sums_in
from tests.support import clean_browser, needs_browser

PAGE = """<section><dl><div><dt>Subtotal, 2 calendars</dt><dd>€39.80</dd></div><div><dt>Shipping</dt><dd>Free</dd></div>
<div><dt>Total before shipping</dt><dd>…</dd></div></dl></section>"""


@needs_browser
def test_sums() -> None:
    with clean_browser() as browser:
        page = browser.new_page()
        page.set_content(PAGE)
        place = page.locator("section")
        assert sums_in(place)["Subtotal, 2 calendars"] == "€39.80"
        assert (cents_in(place, "Subtotal"), cents_in(place, "Shipping")) == (3980, 0)
        with pytest.raises(AssertionError, match="expected one line “Tax” among the sums, got Subtotal"):
            cents_in(place, "Tax")
        with pytest.raises(AssertionError, match="expected one amount in euros"):
            cents_in(place, "Total")
