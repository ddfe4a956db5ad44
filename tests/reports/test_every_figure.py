"""Every figure of the load report, read from its HTML, is recomputed from the raw files with arithmetic of its own."""

from __future__ import annotations

import csv
import gzip
import json
import math
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hdrh.histogram import HdrHistogram

from harness.model.quantity import format_quantity
from tests.reports.conftest import Reported
from tests.reports.page import Cell, read_page
from tests.reports.sample import LOAD, SAMPLES, WINDOW

_KEY = re.compile(
    r"^(?P<metric>[a-z._]+?)\.(?P<stat>p\d+|max|sum|rate|ratio)(?:\{op=(?P<op>\w+)\})?(?P<samples>\.samples)?$"
)
_BACK = {"addEvent": WINDOW}  # the one expectation with a window


@cache
def raw_rows(folder: Path) -> list[dict[str, str]]:
    with gzip.open(folder / SAMPLES, "rt", newline="") as stream:
        return [r for r in csv.DictReader(stream) if r["phase"] == "measured" and r["outcome"] != "unfinished"]


@cache
def observed(folder: Path, metric: str) -> list[dict[str, Any]]:
    lines = map(json.loads, (folder / "observations.ndjson").read_text().splitlines())
    return [one for one in lines if one.get("metric") == metric]


def rank(values: list[float], percent: float) -> float:
    return sorted(values)[max(0, math.ceil(percent * len(values) / 100 - 1e-9) - 1)]


def expected(folder: Path, metric: str, stat: str, op: str, since: float) -> tuple[float, int]:
    """The figure and how many samples stand behind it, from the raw files alone."""
    rows = [r for r in raw_rows(folder) if op in ("", r["op"]) and float(r["due"]) >= since]
    percent = 100.0 if stat == "max" else float(stat[1:]) if stat.startswith("p") else 0.0
    if metric == "http.latency":
        good = [float(r["ended"]) - float(r["due"]) for r in rows if r["outcome"] == "ok"]
        return rank(good, percent), len(good)
    failed = sum(r["outcome"] != "ok" for r in rows)
    if metric in ("http.error_rate", "http.errors"):
        return (failed / len(rows) if stat == "ratio" else failed), len(rows)
    if metric == "http.requests":
        seconds = {int(float(r["due"])) for r in raw_rows(folder)}
        emitted = len(observed(folder, metric))
        return (len(rows) if stat == "sum" else len(rows) / (max(seconds) - min(seconds) + 1)), emitted
    if metric == "generator.lag":
        total = HdrHistogram(1, 3_600_000_000, 3)
        for one in observed(folder, metric):
            total.decode_and_add(one["histogram"].encode())
        return total.get_value_at_percentile(percent) / 1e6, total.get_total_count()
    values = [one["value"] for one in observed(folder, metric)]
    return rank(values, percent), len(values)


@pytest.mark.parametrize("name", ["passing", "failing"])
@pytest.mark.parametrize("table", ["figures", "operations"])
def test_every_figure_follows_from_the_raw_files(name: str, table: str, request: pytest.FixtureRequest) -> None:
    run: Reported = request.getfixturevalue(name)
    cells = read_page(run.load_html).tables[table]
    assert len(cells) == {"figures": 7 * 2, "operations": 5 * 10 - 5}[table]
    for cell in cells:
        found = _KEY.match(cell.key)
        assert found, f"a figure that this test does not know: {cell.key}"
        op = found["op"] or ""
        since = _BACK.get(op, 0.0) if table == "figures" else 0.0
        figure, samples = expected(run.run.path, found["metric"], found["stat"], op, since)
        wanted = float(samples) if found["samples"] else figure
        exact = found["samples"] or found["metric"] not in ("http.latency", "generator.lag")
        assert float(cell.value) == pytest.approx(wanted, rel=1e-12 if exact else 1e-3, abs=0 if exact else 1e-6), cell
        assert table != "operations" or cell.row == op


def test_the_text_of_a_cell_is_its_value_for_people(failing: Reported) -> None:
    for cell in read_page(failing.load_html).tables["operations"]:
        assert cell.text == text_of(cell), cell


def text_of(cell: Cell) -> str:
    metric = cell.key.split("{")[0]
    if metric.startswith("http.latency"):
        return format_quantity(float(cell.value), "time")
    if metric == "http.error_rate.ratio":
        return format_quantity(float(cell.value), "ratio")
    return format_quantity(float(cell.value), "number") + (" /s" if metric.endswith(".rate") else "")


def test_ranges_and_errors_add_up_to_the_raw_requests(failing: Reported) -> None:
    rows = raw_rows(failing.run.path)
    others = {c.key: float(c.value) for c in read_page(failing.load_html).tables[""]}
    good = [float(r["ended"]) - float(r["due"]) for r in rows if r["outcome"] == "ok"]
    ranges = {key: value for key, value in others.items() if key.startswith("http.latency.range")}
    assert sum(ranges.values()) == len(good)
    # a sample within the histogram's 0.1 % of a bound may be counted on its other side
    near = sum(any(abs(x / bound - 1) < 0.0011 for bound in (0.1, 0.25, 0.5, 1.0, 2.5)) for x in good)
    assert abs(ranges["http.latency.range[0.1,0.25]"] - sum(0.1 < x <= 0.25 for x in good)) <= near
    kinds = {key: value for key, value in others.items() if key.startswith("http.errors.sum")}
    for kind in ("http-500", "timeout"):
        expected_count = sum(r["outcome"] == kind for r in rows)
        assert expected_count > 0
        assert kinds[f"http.errors.sum{{kind={kind},op=addEvent}}"] == expected_count


def test_json_holds_the_numbers_of_the_page(failing: Reported) -> None:
    (load,) = json.loads(failing.text("report.json"))["load"]
    assert load["scenario"]["id"] == LOAD
    flat = {
        f["key"]: f
        for row in load["operations"]
        for f in [*row["latencies"], *(v for v in row.values() if isinstance(v, dict))]
    }
    for cell in read_page(failing.load_html).tables["operations"]:
        assert flat[cell.key]["value"] == float(cell.value)
        assert flat[cell.key]["text"] == cell.text
