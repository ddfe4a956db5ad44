"""Charts as data: gaps stay gaps, slices merge histograms, thresholds are drawn where they can be read."""

from __future__ import annotations

import re

import pytest

from harness.measure.histogram import encode, new_histogram, record
from harness.model.observation import FaultEvent, Measurement
from reports.charts.draw import draw
from reports.charts.model import Chart, Limit, Line, Panel
from reports.charts.style import PALETTE, series_style
from reports.context.charts import load_charts
from reports.context.facts import Facts
from reports.context.series import percentile_points, slice_seconds
from tests.reports.sample import LOAD, expect, load_part


def facts_of(*measurements: Measurement) -> Facts:
    facts = Facts()
    for m in measurements:
        facts.measurements[m.metric].append(m)
    return facts


def latency(t: float, *seconds: float) -> Measurement:
    histogram = new_histogram()
    for one in seconds:
        record(histogram, one)
    return Measurement(
        scenario=LOAD, metric="http.latency", t=t, count=len(seconds), histogram=encode(histogram), labels={"op": "a"}
    )


def gauge(metric: str, t: float, value: float, **labels: str) -> Measurement:
    return Measurement(scenario=LOAD, metric=metric, t=t, value=value, labels=labels)


def test_percentiles_of_a_slice_are_merged_not_averaged() -> None:
    quick, slow = latency(0, *[0.010] * 99), latency(1, 1.0)
    (((when, p50),),) = percentile_points([quick, slow], [50.0], 2.0)
    assert when == 0
    assert p50 == pytest.approx(0.010, rel=1e-3)


def test_long_runs_are_cut_into_slices() -> None:
    assert slice_seconds([latency(60, 0.1)]) == 1
    assert slice_seconds([latency(3600, 0.1)]) == 12


def test_an_empty_scenario_draws_nothing() -> None:
    charts = load_charts(Facts(), None)
    assert len(charts) == 7
    assert all(not c.panels and c.note == "Not measured." for c in charts)


def test_before_the_method_is_not_drawn() -> None:
    charts = {c.id: c for c in load_charts(facts_of(gauge("queue.depth", -3, 50), gauge("queue.depth", 0, 1)), None)}
    assert charts["queue"].panels[0].lines[0].points == ((0.0, 1.0),)


@pytest.mark.parametrize(("threshold", "drawn"), [("< 500ms", True), ("< 30s", False)])
def test_a_far_threshold_is_named_instead_of_drawn(threshold: str, drawn: bool) -> None:
    planned = load_part(seconds=4).planned()
    planned = planned.model_copy(update={"expectations": [expect("x", "http.latency", "p95", threshold)]})
    chart = load_charts(facts_of(latency(0, 0.3)), planned)[0]
    assert bool(chart.panels[0].limits) is drawn
    assert ("Far above" in chart.note) is not drawn


def test_a_threshold_of_one_operation_is_not_held_against_all() -> None:
    planned = load_part(seconds=4).planned()
    only = [expect("x", "http.latency", "p95", "< 500ms", labels={"op": "a"})]
    chart = load_charts(facts_of(latency(0, 0.3)), planned.model_copy(update={"expectations": only}))[0]
    assert chart.panels[0].limits == ()


def test_half_measured_says_which_half() -> None:
    charts = {c.id: c for c in load_charts(facts_of(gauge("generator.cpu", 0, 0.5), gauge("db.pool.size", 0, 9)), None)}
    assert charts["cpu"].note == "100 % is one core. Not measured: the services."
    assert "pool in use" in charts["connections"].note


def test_no_two_series_look_alike() -> None:
    looks = [series_style(i) for i in range(32)]
    assert len(set(looks)) == 32
    lights = [light for light, _ in PALETTE.values()]
    assert len(set(lights)) == len(lights)


def test_a_gap_in_time_is_a_gap_in_the_line() -> None:
    whole = Line("a", tuple((float(t), 1.0) for t in range(10)), "blue")
    torn = Line("a", tuple((float(t), 1.0) for t in range(10) if not 3 <= t <= 6), "blue")

    def strokes(line: Line) -> int:
        svg = draw(Chart("x", "X", (Panel("p", (line,)),), until=10), paper=True)
        (path,) = re.findall(rf'<path d="([^"]*)"[^>]*stroke: {PALETTE["blue"][0]}', svg)
        return path.count("M ")

    assert strokes(whole) == 1
    assert strokes(torn) == 2


def test_texts_in_a_chart_are_escaped_and_faults_are_marked() -> None:
    line = Line("<b>&", ((0.0, 1.0), (1.0, 2.0)), "blue")
    panel = Panel("<script>", (line,), limits=(Limit("<i>", 1.0), Limit("<u>", 1.01)))
    svg = draw(Chart("x", "<title>", (panel,), marks=((1.0, "<kill>"),)), paper=False)
    for text in ("<script>", "<i>", "<u>", "<kill>", "<b>"):
        assert text not in svg
        assert text.replace("<", "&lt;").replace(">", "&gt;")[:-4] in svg
    facts = facts_of(gauge("queue.depth", 0, 1))
    facts.faults.append(FaultEvent(scenario=LOAD, fault="pod-kill", state="injected", scope="api", t=3.0))
    assert load_charts(facts, None)[-1].marks == ((3.0, "pod-kill injected"),)


def test_a_chart_of_zeros_can_be_drawn() -> None:
    zeros = Line("waiting", ((0.0, 0.0), (1.0, 0.0)), "blue")
    assert "<svg" in draw(Chart("z", "Zeros", (Panel("p", (zeros,)),)), paper=True)


def test_the_same_chart_is_the_same_bytes() -> None:
    chart = Chart("x", "X", (Panel("p", (Line("a", ((0.0, 1.0), (5.0, 3.0)), "blue"),), stacked=True),))
    assert draw(chart, paper=False) == draw(chart, paper=False)
    assert "dc:date" not in draw(chart, paper=True)
