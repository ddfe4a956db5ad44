"""Amounts as pages write them, in cents."""

from __future__ import annotations

import re

_AMOUNT = re.compile(r"(-|−)?€\s?(\d{1,3}(?:,\d{3})*)\.(\d\d)")


def cents(text: str) -> int:
    """Cents of the one amount in euros that a text holds, such as `€1,024.80`; `Free` is 0.

    Raises AssertionError for none and for several: a page that shows no amount is wrong, not a reader that broke.
    """
    if text.strip() == "Free":
        return 0
    found = _AMOUNT.findall(text)
    if len(found) != 1:
        raise AssertionError(f"expected one amount in euros such as €24.80, got “{text.strip()}”")
    sign, euros, rest = found[0]
    value = int(euros.replace(",", "")) * 100 + int(rest)
    return -value if sign else value
