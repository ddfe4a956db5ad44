"""Quantities as authors write them, in base units, to the last bit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model.quantity import parse_duration, parse_quantity
from harness.model.threshold import parse_threshold


@given(st.integers(0, 1000), st.integers(1, 1000))
def test_a_share_that_equals_its_limit_is_not_below_it(percent: int, scale: int) -> None:
    limit = parse_threshold(f"< {percent}%")
    assert not limit.holds(percent * scale / (100 * scale))
    assert limit.holds((percent * scale - 1) / (100 * scale))


@pytest.mark.parametrize(
    ("text", "seconds"), [("1400ms", 1.4), ("7us", 7e-6), ("1.5h", 5400.0), ("0", 0.0), ("2 d", 172800.0)]
)
def test_durations_are_exact(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("value", [True, None, [], {}, "", "5 parsec", "9" * 400, "1e3s", "--1s"])
def test_what_is_no_quantity_is_refused_in_words(value: object) -> None:
    with pytest.raises(ValueError, match=r"is not a quantity|is too large"):
        parse_quantity(value)  # type: ignore[arg-type]
