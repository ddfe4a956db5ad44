"""Kubernetes quantities: `500m`, `2Gi`, `1e3`."""

from __future__ import annotations

import re
from decimal import Decimal

_SUFFIXES = {
    "": Decimal(1),
    "n": Decimal("1e-9"), "u": Decimal("1e-6"), "m": Decimal("1e-3"),
    "k": Decimal(10**3), "M": Decimal(10**6), "G": Decimal(10**9), "T": Decimal(10**12), "P": Decimal(10**15),
    "Ki": Decimal(2**10), "Mi": Decimal(2**20), "Gi": Decimal(2**30), "Ti": Decimal(2**40), "Pi": Decimal(2**50),
}  # fmt: skip
_QUANTITY = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([A-Za-z]*)")


def amount(text: object) -> Decimal:
    """`"500m"` → 0.5, in cores, bytes or whatever it counts. Raises ValueError for what is no quantity."""
    found = _QUANTITY.fullmatch(str(text)) if isinstance(text, str | int | float) and text is not True else None
    if found is None or found[2] not in _SUFFIXES:
        raise ValueError(f"'{text}' is not a quantity")
    return Decimal(found[1]) * _SUFFIXES[found[2]]


def same(one: object, other: object) -> bool:
    """Whether two quantities are equal, `2` and `2000m`; what is no quantity equals nothing."""
    try:
        return amount(one) == amount(other)
    except ValueError:
        return False
