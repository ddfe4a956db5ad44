"""Latency histograms: HdrHistogram of integer microseconds, three significant digits (0.1 %).

Histograms are merged by adding counts; percentiles are never averaged. Source: Gil Tene's HdrHistogram.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from hdrh.histogram import HdrHistogram

LOWEST_US = 1
HIGHEST_US = 3_600_000_000  # one hour: longer than any timeout of a suite
SIGNIFICANT_DIGITS = 3


def new_histogram() -> HdrHistogram:
    """An empty histogram from 1 µs to 1 h."""
    return HdrHistogram(LOWEST_US, HIGHEST_US, SIGNIFICANT_DIGITS)


def record(histogram: HdrHistogram, seconds: float) -> None:
    """Adds one sample. Values beyond an hour are counted as one hour, never dropped."""
    histogram.record_value(min(HIGHEST_US, max(LOWEST_US, round(seconds * 1e6))))


def encode(histogram: HdrHistogram) -> str:
    """The histogram in the portable V2 format, base64."""
    return str(histogram.encode().decode("ascii"))


def merge(encoded: Iterable[str]) -> HdrHistogram:
    """All of them added up. Raises ValueError for bytes that are no histogram."""
    total = new_histogram()
    for one in encoded:
        try:
            total.decode_and_add(one.encode("ascii"))
        except Exception as error:
            raise ValueError(f"not an HdrHistogram V2 encoding: {one[:40]}") from error
    return total


def percentile(histogram: HdrHistogram, percent: float) -> float:
    """The value in seconds at or below which at least `percent` of the samples lie (nearest rank)."""
    total = histogram.get_total_count()
    # The library rounds the rank to the nearest; the definition rounds up. Asking for the rank itself settles it.
    rank = max(1, math.ceil(round(percent / 100 * total, 9)))
    return float(histogram.get_value_at_percentile(100 * rank / total)) / 1e6 if total else math.nan
