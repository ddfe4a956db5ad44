"""A sound load, really run: what was measured is what happened."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise

import pytest

from harness.measure.series import nearest_rank
from harness.model.observation import Measurement, Phase, Receipt
from suites.load.samples import OK, Sample
from tests.suites.load.driving import Load

OPERATIONS = {
    "page.home", "template.list", "calendar.create", "event.add", "calendar.read", "calendar.list",
    "event.update", "event.delete", "calendar.delete",
}  # fmt: skip
FIGURES: list[tuple[str, Callable[[Sample], float]]] = [
    ("http.latency", lambda s: s.ended - s.due),
    ("http.service_time", lambda s: s.ended - s.started),
    ("generator.lag", lambda s: s.started - max(s.due, s.free)),
]


def measured(load: Load) -> list[Sample]:
    return [one for one in load.samples() if one.phase == "measured"]


@pytest.mark.parametrize(("metric", "of"), FIGURES, ids=[metric for metric, _ in FIGURES])
@pytest.mark.parametrize("percent", [50, 90, 95, 99, 99.9])
def test_percentiles_are_those_of_the_raw_samples(
    calm: Load, metric: str, of: Callable[[Sample], float], percent: float
) -> None:
    raw = sorted(of(one) for one in measured(calm) if one.outcome == OK)
    assert len(raw) > 100
    assert calm.figure(metric, "count") == len(raw)
    # 0.1 %, and the histogram's own unit
    assert calm.figure(metric, f"p{percent:g}") == pytest.approx(nearest_rank(raw, percent), rel=1e-3, abs=1e-6)


def test_percentiles_of_each_operation_are_its_own(calm: Load) -> None:
    for op in OPERATIONS:
        raw = sorted(one.ended - one.due for one in measured(calm) if one.op == op)
        assert calm.figure("http.latency", "p95", op=op) == pytest.approx(nearest_rank(raw, 95), rel=1e-3, abs=1e-6)
    adding, reading = (calm.figure("http.latency", "p50", op=op) for op in ("event.add", "calendar.read"))
    assert adding is not None
    assert reading is not None
    assert adding > reading  # only adding was slowed down


def test_requests_are_counted_once_and_warm_up_apart(calm: Load) -> None:
    every = calm.samples()
    warm = [one for one in every if one.phase == "warm-up"]
    assert warm
    assert max(one.due for one in warm) < 1.6 <= min(one.due for one in measured(calm))
    assert calm.figure("load.warmup_requests", "sum") == len(warm)
    assert calm.figure("http.requests", "sum") == len(every) - len(warm)
    assert calm.figure("http.error_rate", "ratio") == 0
    assert calm.receipt("requests").seen == len(every)


def test_the_receipts_of_a_sound_load_are_complete(calm: Load) -> None:
    assert {item: calm.receipt(item).complete for item in ("users", "user-seconds", "operations", "requests")} == {
        "users": True, "user-seconds": True, "operations": True, "requests": True,
    }  # fmt: skip
    assert {one.labels["op"] for one in calm.measurements("http.latency")} == OPERATIONS


def test_the_workload_model_is_stated(calm: Load) -> None:
    (phase,) = [one for one in calm.seen if isinstance(one, Phase)]
    workload = json.loads((calm.evidence / "workload.json").read_text())
    assert phase.facts == workload
    assert workload["model"] == "closed"
    assert workload["think_time"] == {"min": 0.01, "max": 0.05, "distribution": "uniform"}
    assert set(workload["operations"]) == OPERATIONS
    assert workload["generator"].startswith("locust ")
    assert [path.rpartition("/")[2] for path in phase.evidence] == [
        "samples.csv.gz", "load.ndjson", "failures.ndjson", "workload.json",
    ]  # fmt: skip
    assert all((calm.evidence.parent.parent / path).is_file() for path in phase.evidence)


def test_users_do_not_begin_in_bursts(calm: Load) -> None:
    first: list[float] = sorted(one.due for one in calm.samples() if one.op == "page.home")[:10]
    gaps = [later - earlier for earlier, later in pairwise(first)]
    assert gaps == pytest.approx([1 / 50] * 9, abs=1e-5)


def test_think_time_lies_between_the_end_of_a_reply_and_the_next_request(calm: Load) -> None:
    thought = [one.due - one.free for one in calm.samples() if one.due > one.free]
    assert min(thought) >= 0.01 - 1e-5
    assert max(thought) <= 0.05 + 1e-5


def test_observations_come_while_the_load_runs(calm: Load) -> None:
    kinds = [type(one) for one in calm.seen]
    assert kinds[0] is Phase
    assert kinds[-4:] == [Receipt] * 4
    readings = [one.t for one in calm.seen if isinstance(one, Measurement) and one.metric == "generator.cpu"]
    assert readings == sorted(readings)
    assert len(readings) >= 2
