"""Latency histograms: HdrHistogram of integer microseconds, three significant digits (0.1 %).

Histograms are merged by adding counts; percentiles are never averaged. Source: Gil Tene's HdrHistogram.
"""

from __future__ import annotations

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
    """The value in seconds at or below which `percent` of the samples lie."""
    return float(histogram.get_value_at_percentile(percent)) / 1e6
