"""Statistics, against exact arithmetic."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.measure.histogram import HIGHEST_US, encode, merge, new_histogram, percentile, record
from harness.measure.series import Series, nearest_rank
from harness.model.metric import MetricSpec
from harness.model.observation import Measurement
from tests.builders import CPU, ERRORS, LATENCY, LOST, errors, latencies

SECONDS = st.floats(1e-6, 3000.0)


def reading(metric: MetricSpec, value: float, t: float = 1.0, **labels: str) -> Measurement:
    return Measurement(scenario="s1", metric=metric.name, t=t, value=value, labels=labels)


@given(st.lists(SECONDS, min_size=1, max_size=200), st.sampled_from([50.0, 90.0, 95.0, 99.0, 99.9]))
def test_percentiles_of_merged_histograms_are_within_a_thousandth(samples: list[float], percent: float) -> None:
    halves = [samples[::2], samples[1::2]]
    encoded = []
    for half in halves:
        histogram = new_histogram()
        for one in half:
            record(histogram, one)
        encoded.append(encode(histogram))
    exact = nearest_rank(sorted(samples), percent)
    assert abs(percentile(merge(encoded), percent) - exact) <= exact * 0.001 + 1e-6


def test_two_seconds_and_forty_milliseconds_are_not_rounded_to_two_seconds() -> None:
    histogram = new_histogram()
    record(histogram, 2.040)
    assert percentile(histogram, 50) == pytest.approx(2.040, rel=0.001)


def test_a_sample_beyond_the_range_is_counted_not_dropped() -> None:
    histogram = new_histogram()
    record(histogram, 1e9)
    record(histogram, 0.0)
    assert histogram.get_total_count() == 2
    assert percentile(histogram, 100) == pytest.approx(HIGHEST_US / 1e6, rel=0.001)


def test_bytes_that_are_no_histogram_are_an_error() -> None:
    with pytest.raises(ValueError, match="not an HdrHistogram"):
        merge(["garbage"])


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=100), st.floats(0.1, 100.0))
def test_nearest_rank_is_the_definition(values: list[float], percent: float) -> None:
    ordered = sorted(values)
    answer = nearest_rank(ordered, percent)
    need = math.ceil(round(percent / 100 * len(values), 9))
    assert sum(v <= answer for v in values) >= need
    assert sum(v < answer for v in values) < max(need, 1)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 99)), min_size=1, max_size=20))
def test_ratios_are_summed_before_dividing(pairs: list[tuple[int, int]]) -> None:
    series = Series(ERRORS)
    for failed, total in pairs:
        series.add(errors(failed, total))
    assert series.samples == sum(n for _, n in pairs)
    assert series.statistic("ratio") == pytest.approx(sum(f for f, _ in pairs) / series.samples)


def test_gauges_and_counters() -> None:
    gauge, counter = Series(CPU), Series(LOST)
    for t, value in enumerate([0.2, 0.8, 0.5]):
        gauge.add(reading(CPU, value, t))
        counter.add(reading(LOST, value * 10, t))
    assert [gauge.statistic(s) for s in ("min", "max", "last", "p50")] == [0.2, 0.8, 0.5, 0.5]
    assert gauge.statistic("mean") == pytest.approx(0.5)
    assert counter.statistic("sum") == pytest.approx(15.0)
    assert counter.statistic("rate") == pytest.approx(5.0)


def test_labels_select_with_stars_and_a_missing_label_never_matches() -> None:
    series = Series(LATENCY, {"op": "calendar.*"})
    for op in ("calendar.read", "calendar.create", "event.add"):
        series.add(latencies([0.1], labels={"op": op}))
    series.add(latencies([0.1]))
    assert series.samples == 2


def test_the_window_is_half_open_and_what_came_before_the_method_never_counts() -> None:
    series, whole = Series(CPU, window=(2.0, 4.0)), Series(CPU)
    for t in (-1.0, 1.9, 2.0, 3.9, 4.0):
        series.add(reading(CPU, t, t))
        whole.add(reading(CPU, t, t))
    assert (series.statistic("min"), series.statistic("max")) == (2.0, 3.9)
    assert whole.samples == 4


def test_no_sample_has_no_statistic() -> None:
    for metric in (CPU, LATENCY, ERRORS, LOST):
        assert Series(metric).statistic("max") is None
