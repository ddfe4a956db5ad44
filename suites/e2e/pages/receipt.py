"""Sums as they stand on several pages: a label beside an amount."""

from __future__ import annotations

from playwright.sync_api import Locator

from suites.e2e.money import cents

_PAIRS = "list => [...list.querySelectorAll('dt')].map(name => [name.innerText, name.nextElementSibling.innerText])"


def sums_in(place: Locator) -> dict[str, str]:
    """What stands beside each label in the first list of sums of a part of the page."""
    pairs: list[list[str]] = place.locator("dl").first.evaluate(_PAIRS)
    return {name.strip(): value.strip() for name, value in pairs}


def cents_in(place: Locator, label: str) -> int:
    """The cents beside the label that begins so, such as `Shipping`. Raises AssertionError when there is none."""
    sums = sums_in(place)
    found = [value for name, value in sums.items() if name.startswith(label)]
    if len(found) != 1:
        raise AssertionError(f"expected one line “{label}” among the sums, got {', '.join(sums) or 'no sums at all'}")
    return cents(found[0])
