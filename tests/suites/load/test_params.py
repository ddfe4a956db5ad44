"""What a load step may say, what is added to every load, and how much it can give."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from pydantic import ValidationError

from harness.model.metric import split_metric
from harness.model.plan import Step
from suites.load.metrics import LOAD_METRICS, most_samples, standing
from suites.load.params import LoadParams
from suites.load.suite import PROJECT, LoadSuite

GOOD: dict[str, Any] = {"users": 100, "behaviour": "calendar_crud"}


def step(**params: Any) -> Step:
    return Step(id="load-1", kind="load", params={**GOOD, **params})


def test_a_small_step_has_sensible_defaults() -> None:
    params = LoadParams.model_validate({**GOOD, "think_time": {"min": "500ms", "max": "2s"}, "spawn_rate": 20})
    assert (params.schedule, params.endpoint, params.think_time.min) == ("closed", "api", 0.5)
    assert params.ramp == pytest.approx(4.95)
    assert LoadParams.model_validate_json(params.model_dump_json()) == params


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"users": 0}, "greater than or equal to 1"),
        ({"behaviour": "calendar_crut"}, "did you mean 'calendar_crud'"),
        ({"behaviour": "../../etc"}, "there are: calendar_crud"),
        ({"behaviour": "__init__"}, "there is no behaviour"),
        ({"spawn_rate": 0}, "greater than 0"),
        ({"think_time": {"min": "2s", "max": "1s"}}, "shorter than think_time.min"),
        ({"think_time": {"min": 2, "max": "3s"}}, "write it with a unit"),
        ({"schedule": "open"}, "'closed' or 'paced'"),
        ({"schedule": "paced", "think_time": {"min": 0, "max": 0}}, "needs an interval"),
        ({"timeout": 0}, "greater than 0"),
        ({"user": 5}, "Extra inputs"),
    ],
)
def test_what_cannot_be_meant_is_refused(change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        LoadParams.model_validate({**GOOD, **change})


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("http.latency", 100 * (1 + 50 / 2)),
        ("generator.lag", 100 * (1 + 50 / 2)),
        ("load.warmup_requests", 100 * (1 + 10 / 2)),
        ("generator.cpu", 62),
        ("resource.cpu", None),
    ],
)
def test_most_samples(metric: str, expected: float | None) -> None:
    steps = [step(think_time={"min": 2.0, "max": 4.0}, warm_up=10.0)]
    assert most_samples(metric, steps, 60.0) == expected


def test_most_samples_is_unknown_without_think_time_and_nothing_when_the_warm_up_eats_it_all() -> None:
    assert most_samples("http.latency", [step(think_time={"min": 0, "max": 0})], 60.0) is None
    assert most_samples("http.latency", [step(warm_up=60.0)], 60.0) == 0


def test_standing_expectations_are_validity_and_go_red_for_a_saturated_generator() -> None:
    known = {spec.name: spec for spec in LOAD_METRICS}
    cpu, lag = standing([step()])
    assert all(one.validity and split_metric(one.metric, known) for one in (cpu, lag))
    assert cpu.pass_.holds(0.79)
    assert not cpu.pass_.holds(0.81)
    assert lag.pass_.holds(0.049)
    assert not lag.pass_.holds(0.051)
    assert standing([]) == ()


def test_the_declaration_is_cheap_to_import() -> None:
    heavy = ("locust", "gevent", "hdrh", "numpy", "psutil")
    program = f"import sys, suites.load.suite; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_suite_says_what_it_stands_on() -> None:
    assert LoadSuite().tools()["locust"][0].isdigit()
    assert LoadSuite.spec.steps == {"load": LoadParams}
