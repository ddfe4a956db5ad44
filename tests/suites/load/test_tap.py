"""The tap alone: what goes in comes out, in the raw file and in the histograms."""

from __future__ import annotations

import json
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.measure.histogram import merge, percentile
from suites.load.samples import OK, UNFINISHED, read_samples
from suites.load.tap import Tap
from tests.suites.load.driving import child_config


@pytest.fixture
def tap(tmp_path: Path) -> Iterator[Tap]:
    made = Tap(child_config("http://127.0.0.1:1", "none"), tmp_path, measured_from=1.0)
    yield made
    made.close()


def feed(tap: Tap, due: float, latency: float, outcome: str = OK, op: str = "a") -> None:
    tap.record(op, due=due, free=due, started=due + 0.001, ended=due + latency, outcome=outcome, detail="said so")


def test_lines_are_per_operation_second_and_phase(tap: Tap) -> None:
    for due, op in ((0.9, "a"), (1.0, "a"), (1.99, "a"), (2.0, "a"), (1.5, "b")):
        feed(tap, due, 0.1, op=op)
    assert [(one.op, one.second, one.phase, one.ok) for one in tap.drain()] == [
        ("a", 0, "warm-up", 1), ("a", 1, "measured", 2), ("a", 2, "measured", 1), ("b", 1, "measured", 1),
    ]  # fmt: skip
    assert tap.drain() == []


def test_failures_are_counted_by_kind_and_are_no_latency_samples(tap: Tap, tmp_path: Path) -> None:
    feed(tap, 1.0, 0.2)
    for _ in range(5):
        feed(tap, 1.0, 0.001, outcome="http:500")
    (line,) = tap.drain()
    assert (line.ok, line.failed) == (1, {"http:500": 5})
    assert line.latency is not None
    assert merge([line.latency]).get_total_count() == 1
    tap.close()
    told = [json.loads(row) for row in (tmp_path / "failures.ndjson").read_text().splitlines()]
    assert [row["detail"] for row in told] == ["said so"] * 3  # the first few, not a flood


def test_a_request_that_was_cut_off_is_neither_good_nor_bad(tap: Tap, tmp_path: Path) -> None:
    feed(tap, 1.0, 3.0, outcome=UNFINISHED)
    assert tap.drain() == []
    tap.close()
    assert (tap.completed, tap.unfinished) == (0, 1)
    assert [one.outcome for one in read_samples(tmp_path / "samples.csv.gz")] == [UNFINISHED]


def test_lag_is_counted_from_when_the_user_was_both_due_and_free(tap: Tap) -> None:
    tap.record("a", due=2.0, free=5.0, started=5.25, ended=6.0, outcome=OK)  # a slow system held the user up
    tap.record("a", due=8.0, free=6.0, started=8.25, ended=9.0, outcome=OK)
    (line,) = tap.drain_lag(9.0)
    held = merge([line.lag])
    assert (line.sends, percentile(held, 0.1), percentile(held, 100)) == (
        2,
        pytest.approx(0.25, 1e-3),
        pytest.approx(0.25, 1e-3),
    )
    assert tap.drain_lag(10.0) == []


def test_samples_are_readable_before_the_file_is_closed(tap: Tap, tmp_path: Path) -> None:
    feed(tap, 1.0, 0.1)
    tap.drain()
    feed(tap, 1.5, 0.1)  # after the flush: this one a SIGKILL would take away
    text = zlib.decompressobj(wbits=31).decompress((tmp_path / "samples.csv.gz").read_bytes()).decode()
    assert text.splitlines()[1:] == ["a,1.000000,1.001000,1.100000,ok,1.000000,measured"]


def test_percentiles_are_not_rounded_to_two_digits_as_those_of_locust_are(tap: Tap) -> None:
    milliseconds = [*range(1, 100), 2040]
    for value in milliseconds:
        feed(tap, 1.0, value / 1000)
    (line,) = tap.drain()
    assert line.latency is not None
    ours = percentile(merge([line.latency]), 100)
    program = (
        "from locust.stats import RequestStats; stats = RequestStats()\n"
        f"for value in {milliseconds}: stats.log_request('GET', 'a', value, 1)\n"
        "print(stats.get('a', 'GET').get_response_time_percentile(1.0))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)
    assert float(done.stdout) == 2000
    assert ours == pytest.approx(2.040, rel=1e-3)
