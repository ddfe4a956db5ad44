"""Observations → lines over time. Long runs are cut into equal slices; histograms of a slice are merged."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from harness.measure.histogram import merge, percentile
from harness.model.observation import Measurement
from reports.charts.model import Line, Point
from reports.charts.style import series_style

_MOST_POINTS = 300


def slice_seconds(measurements: Iterable[Measurement]) -> float:
    """Seconds per point: 1 for runs up to five minutes, more for longer ones."""
    return float(max(1, math.ceil(max((m.t for m in measurements), default=0.0) / _MOST_POINTS)))


def percentile_points(
    measurements: Iterable[Measurement], percents: Sequence[float], step: float
) -> list[tuple[Point, ...]]:
    """Per percentile one point per slice, over the merged histograms of all operations."""
    slices: dict[int, list[str]] = defaultdict(list)
    for m in measurements:
        if m.histogram:
            slices[int(m.t // step)].append(m.histogram)
    merged = [(index * step, merge(found)) for index, found in sorted(slices.items())]
    return [tuple((t, percentile(histogram, percent)) for t, histogram in merged) for percent in percents]


def rate_points(per_slice: Mapping[int, float], step: float, last: int) -> tuple[Point, ...]:
    """Amounts per second; a slice in which nothing was counted is a zero."""
    return tuple((index * step, per_slice.get(index, 0.0) / step) for index in range(last + 1))


def amounts(measurements: Iterable[Measurement], step: float, of: Callable[[Measurement], float]) -> dict[int, float]:
    """Slice → sum of `of`."""
    found: dict[int, float] = defaultdict(float)
    for m in measurements:
        found[int(m.t // step)] += of(m)
    return found


def gauge_lines(measurements: Iterable[Measurement], label: str, step: float, *, start: int = 0) -> tuple[Line, ...]:
    """One line per value of `label`, the mean of the readings of each slice, largest first."""
    readings: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for m in measurements:
        if m.value is not None:
            readings[m.labels.get(label, "")][int(m.t // step)].append(m.value)
    points = {
        name: tuple((index * step, math.fsum(v) / len(v)) for index, v in sorted(slices.items()))
        for name, slices in readings.items()
    }
    ordered = sorted(points.items(), key=lambda item: (-max(v for _, v in item[1]), item[0]))
    return tuple(Line(name, found, *series_style(start + i)) for i, (name, found) in enumerate(ordered))


def single(name: str, measurements: Iterable[Measurement], step: float, index: int) -> tuple[Line, ...]:
    """A gauge without labels as one line; none when there is no reading."""
    colour, dash = series_style(index)
    return tuple(Line(name, line.points, colour, dash) for line in gauge_lines(measurements, "-", step))
