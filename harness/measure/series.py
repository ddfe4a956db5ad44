"""Collects what one selector sees and computes a statistic of it, in one pass over the observations."""

from __future__ import annotations

import math
from array import array
from fnmatch import fnmatchcase

from harness.measure.histogram import merge, percentile, record
from harness.model.metric import MetricSpec, percentile_of
from harness.model.observation import Measurement


class Series:
    """The measurements of one metric that match a label selector and a window.

    Args:
        metric: decides how values are combined.
        labels: label → pattern; `*` matches any run of characters; a label that is missing never matches.
        window: seconds of the method, [from, to); to = None means to its end.
    """

    def __init__(
        self, metric: MetricSpec, labels: dict[str, str] | None = None, window: tuple[float, float | None] = (0.0, None)
    ) -> None:
        self.metric = metric
        self._labels = labels or {}
        self._from, self._to = window[0], math.inf if window[1] is None else window[1]
        self._matches: dict[tuple[tuple[str, str], ...], bool] = {}
        self._values = array("d")
        self._histograms: list[str] = []
        self._histogram_samples = 0
        self._numerator = 0.0
        self._denominator = 0
        self._first, self._last = math.inf, -math.inf

    def selects(self, labels: dict[str, str]) -> bool:
        """Whether an observation with these labels belongs to this series."""
        if not self._labels:
            return True
        key = tuple(labels.items())
        known = self._matches.get(key)
        if known is None:
            known = all(name in labels and fnmatchcase(labels[name], pattern) for name, pattern in self._labels.items())
            self._matches[key] = known
        return known

    def add(self, measurement: Measurement) -> None:
        """Takes the measurement in if it is selected and inside the window."""
        t = measurement.t
        if not (self._from <= t < self._to) or not self.selects(measurement.labels):
            return
        self._first, self._last = min(self._first, t), max(self._last, t)
        if measurement.histogram is not None:
            self._histograms.append(measurement.histogram)
            self._histogram_samples += measurement.count
        elif self.metric.kind == "ratio":
            self.add_ratio(measurement.value or 0.0, measurement.count)
        elif measurement.value is not None:
            self._values.append(measurement.value)

    def add_ratio(self, numerator: float, denominator: int) -> None:
        """Adds to a ratio."""
        self._numerator += numerator
        self._denominator += denominator

    @property
    def samples(self) -> int:
        """How many samples stand behind the statistic."""
        if self.metric.kind == "ratio":
            return self._denominator
        return len(self._values) + self._histogram_samples

    def statistic(self, name: str) -> float | None:
        """The figure in the metric's base unit; None when there is no sample. Raises ValueError for bad histograms."""
        if self.samples == 0:
            return None
        if self.metric.kind == "ratio":
            return self._numerator / self._denominator
        if name == "count":
            return float(self.samples)
        if self.metric.kind == "counter":
            total = math.fsum(self._values)
            return total if name == "sum" else total / max(1.0, self._last - self._first + 1.0)
        if self._histograms:
            return self._of_histogram(name)
        return _of_values(name, self._values)

    def _of_histogram(self, name: str) -> float:
        total = merge(self._histograms)
        for value in self._values:
            record(total, value)
        if total.get_total_count() != self.samples:
            raise ValueError(f"histograms hold {total.get_total_count()} samples, {self.samples} were announced")
        percent = percentile_of(name)
        if percent is not None:
            return percentile(total, percent)
        readings = {"min": total.get_min_value, "max": total.get_max_value, "mean": total.get_mean_value}
        return float(readings[name]()) / 1e6


def _of_values(name: str, values: array[float]) -> float:
    percent = percentile_of(name)
    if percent is not None:
        return nearest_rank(sorted(values), percent)
    if name == "last":
        return values[-1]
    if name == "mean":
        return math.fsum(values) / len(values)
    return min(values) if name == "min" else max(values)


def nearest_rank(ordered: list[float], percent: float) -> float:
    """The smallest value that at least `percent` of the samples do not exceed. `ordered` is sorted, not empty."""
    rank = math.ceil(round(percent / 100 * len(ordered), 9))
    return ordered[max(0, rank - 1)]
