"""Quantities as people write them: `500ms`, `10m`, `80%`, `2Gi`.

Everything is turned into the base unit of its dimension: seconds, ratio (1 = 100 %), bytes, or a plain number.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, PlainSerializer

Dimension = Literal["time", "ratio", "bytes", "number"]

_FACTORS: dict[str, tuple[float, Dimension]] = {
    "": (1.0, "number"),
    "us": (1e-6, "time"),
    "ms": (1e-3, "time"),
    "s": (1.0, "time"),
    "m": (60.0, "time"),
    "min": (60.0, "time"),
    "h": (3600.0, "time"),
    "d": (86400.0, "time"),
    "%": (0.01, "ratio"),
    "B": (1.0, "bytes"),
    "Ki": (2.0**10, "bytes"),
    "Mi": (2.0**20, "bytes"),
    "Gi": (2.0**30, "bytes"),
}
_QUANTITY = re.compile(r"^\s*([+-]?\d+(?:\.\d+)?)\s*([A-Za-z%]*)\s*$")


def parse_quantity(text: str | float) -> tuple[float, Dimension]:
    """`"500ms"` → `(0.5, "time")`. Raises ValueError with the units that exist."""
    if isinstance(text, bool) or not isinstance(text, str | int | float):
        raise ValueError(f"{text} is not a quantity")  # noqa: TRY004  pydantic turns ValueError into a message
    if isinstance(text, int | float):
        return float(text), "number"
    found = _QUANTITY.match(text)
    if found is None or found[2] not in _FACTORS:
        raise ValueError(f"'{text}' is not a quantity; units are {', '.join(u for u in _FACTORS if u)}")
    factor, dimension = _FACTORS[found[2]]
    # In decimals: 7 * 0.01 is 0.07000000000000001 in floats, and 7 failures of 100 would pass "< 7%".
    value = float(Decimal(found[1]) * Decimal(str(factor)))
    if not math.isfinite(value):
        raise ValueError(f"'{text[:20]}…' is too large")
    return value, dimension


def parse_duration(text: str | float) -> float:
    """`"10m"` → 600.0 seconds. A bare number is refused, except zero: nobody can tell its unit."""
    seconds, dimension = parse_quantity(text)
    if dimension != "time" and not (dimension == "number" and (seconds == 0 or isinstance(text, float))):
        raise ValueError(f"'{text}' is not a duration; write it with a unit, for instance '{text}s'")
    if seconds < 0:
        raise ValueError(f"'{text}' is negative")
    return seconds


def format_quantity(value: float, dimension: Dimension) -> str:
    """A figure for people: four significant digits, in the unit that suits its size."""
    if dimension == "time":
        for limit, factor, unit in ((1e-3, 1e6, "µs"), (1.0, 1e3, "ms"), (120.0, 1.0, "s")):
            if abs(value) < limit:
                return f"{value * factor:.4g} {unit}" if value else "0 s"
        return f"{value / 60:.4g} min"
    if dimension == "ratio":
        return f"{value * 100:.4g} %"
    if dimension == "bytes":
        for unit, factor in (("GiB", 2.0**30), ("MiB", 2.0**20), ("KiB", 2.0**10)):
            if abs(value) >= factor:
                return f"{value / factor:.4g} {unit}"
        return f"{value:.0f} B"
    return f"{value:,.0f}" if value == int(value) else f"{value:.4g}"


# Written as "30s" in YAML, kept as float seconds; serialised as a float so that a saved plan reads back the same.
Duration = Annotated[float, BeforeValidator(parse_duration), PlainSerializer(lambda v: float(v), return_type=float)]
