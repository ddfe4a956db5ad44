"""The table of silent greens: ways in which a careless harness would say pass. Here none of them may."""

from __future__ import annotations

from datetime import date

import pytest

from harness.judge.gate import decide
from harness.judge.run import judge_run
from harness.model.observation import Measurement, Observation, Receipt
from harness.model.plan import Plan
from harness.model.policy import Policy
from harness.model.verdict import Status
from tests.builders import (
    CPU,
    ERRORS,
    LATENCY,
    LOST,
    around,
    check,
    errors,
    expectation,
    latencies,
    phase,
    plan,
    scenario,
)

NO_ERRORS = expectation(ERRORS, "ratio", "== 0", min_samples=10)
FAST = expectation(LATENCY, "p95", "< 500ms", min_samples=10)
CHECKED = expectation()
GREEN_LOAD = [errors(0, 100), latencies([0.1] * 100)]

CASES: dict[str, tuple[Plan, list[Observation], Status]] = {
    "zero samples": (plan(scenario(NO_ERRORS)), around(), Status.INCONCLUSIVE),
    "zero requests in the ratio": (plan(scenario(NO_ERRORS)), around(errors(0, 0)), Status.INCONCLUSIVE),
    "too few samples": (plan(scenario(NO_ERRORS)), around(errors(0, 9)), Status.INCONCLUSIVE),
    "a percentile beyond its samples": (
        plan(scenario(expectation(LATENCY, "p99", "< 1s"))),
        around(latencies([0.1] * 99)),
        Status.INCONCLUSIVE,
    ),
    "empty selector": (
        plan(scenario(expectation(ERRORS, "ratio", "== 0", labels={"op": "checkout"}))),
        around(errors(0, 100, labels={"op": "home"})),
        Status.INCONCLUSIVE,
    ),
    "a label that nobody set": (
        plan(scenario(expectation(ERRORS, "ratio", "== 0", labels={"op": "*"}))),
        around(errors(0, 100)),
        Status.INCONCLUSIVE,
    ),
    "threshold on a metric that nobody measured": (
        plan(scenario(NO_ERRORS, expectation(LOST, "sum", "== 0"))),
        around(errors(0, 100)),
        Status.INCONCLUSIVE,
    ),
    "samples outside of the window": (
        plan(scenario(expectation(ERRORS, "ratio", "== 0", window_from=5.0, window_to=8.0))),
        around(errors(0, 100, t=8.0)),
        Status.INCONCLUSIVE,
    ),
    "zero tests collected": (plan(scenario(CHECKED)), around(), Status.INCONCLUSIVE),
    "all tests skipped": (plan(scenario(CHECKED)), around(check("skipped")), Status.INCONCLUSIVE),
    "the check itself broke": (plan(scenario(CHECKED)), around(check("errored")), Status.ERROR),
    "one check broke beside a green one": (
        plan(scenario(CHECKED)),
        around(check("passed"), check("errored", "c2")),
        Status.ERROR,
    ),
    "a red check that no expectation asks about": (
        plan(scenario(expectation(labels={"check": "other"}))),
        around(check("passed", "other"), check("failed", "c1")),
        Status.INCONCLUSIVE,
    ),
    "retried to green": (
        plan(scenario(CHECKED)),
        around(check("failed"), check("passed", attempt=2)),
        Status.FAIL,
    ),
    "tool missing": (
        plan(scenario(CHECKED)),
        [
            phase("run", "started"),
            phase("scenario", "started", "s1"),
            phase("scenario", "unavailable", "s1", detail="no browser"),
            phase("run", "finished"),
        ],
        Status.INCONCLUSIVE,
    ),
    "tool missing, though a sample looks green": (
        plan(scenario(CHECKED)),
        around(check("passed"), phase("scenario", "unavailable", "s1", detail="no browser")),
        Status.INCONCLUSIVE,
    ),
    "output unparsable": (
        plan(scenario(NO_ERRORS)),
        around(*GREEN_LOAD, phase("scenario", "failed", "s1", detail="line 3 is no JSON")),
        Status.ERROR,
    ),
    "a histogram that cannot be read": (
        plan(scenario(FAST)),
        around(Measurement(scenario="s1", metric="http.latency", t=1, count=100, histogram="garbage")),
        Status.ERROR,
    ),
    "a histogram with fewer samples than it says": (
        plan(scenario(FAST)),
        around(latencies([0.1] * 10, count=100)),
        Status.ERROR,
    ),
    "child killed": (
        plan(scenario(NO_ERRORS)),
        around(*GREEN_LOAD, phase("scenario", "failed", "s1", detail="locust was killed by SIGKILL")),
        Status.ERROR,
    ),
    "no load offered": (
        plan(scenario(CHECKED)),
        around(
            check("passed"),
            Receipt(scenario="s1", detector="locust", item="requests", required=1, seen=0),
        ),
        Status.INCONCLUSIVE,
    ),
    "half the users never started": (
        plan(scenario(NO_ERRORS, FAST)),
        around(*GREEN_LOAD, Receipt(scenario="s1", detector="locust", item="users", required=100, seen=50)),
        Status.INCONCLUSIVE,
    ),
    "a detector that was asked to look at nothing": (
        plan(scenario(NO_ERRORS)),
        around(*GREEN_LOAD, Receipt(scenario="s1", detector="bandit", item="files", required=0, seen=0)),
        Status.INCONCLUSIVE,
    ),
    "files that were skipped": (
        plan(scenario(NO_ERRORS)),
        around(
            *GREEN_LOAD,
            Receipt(scenario="s1", detector="bandit", item="files", required=2, seen=2, skipped=["a.py: syntax"]),
        ),
        Status.INCONCLUSIVE,
    ),
    "no receipt at all": (plan(scenario(NO_ERRORS)), around(*GREEN_LOAD, receipt=False), Status.INCONCLUSIVE),
    "a saturated generator, shop looks fast": (
        plan(scenario(FAST, expectation(CPU, "max", "< 80%", validity=True))),
        around(latencies([0.1] * 100), Measurement(scenario="s1", metric="generator.cpu", t=1, value=0.99)),
        Status.INCONCLUSIVE,
    ),
    "a saturated generator, shop looks slow": (
        plan(scenario(FAST, expectation(CPU, "max", "< 80%", validity=True))),
        around(latencies([5.0] * 100), Measurement(scenario="s1", metric="generator.cpu", t=1, value=0.99)),
        Status.INCONCLUSIVE,
    ),
    "validity not measured": (
        plan(scenario(FAST, expectation(CPU, "max", "< 80%", validity=True))),
        around(latencies([0.1] * 100)),
        Status.INCONCLUSIVE,
    ),
    "steady state never looked at": (
        plan(scenario(NO_ERRORS, steady=True)),
        around(*GREEN_LOAD),
        Status.INCONCLUSIVE,
    ),
    "steady state did not hold before": (
        plan(scenario(NO_ERRORS, steady=True)),
        around(
            *GREEN_LOAD,
            phase("steady-state-before", "failed", "s1", detail="503"),
            phase("steady-state-after", "finished", "s1"),
        ),
        Status.INCONCLUSIVE,
    ),
    "steady state not restored": (
        plan(scenario(NO_ERRORS, steady=True)),
        around(
            *GREEN_LOAD,
            phase("steady-state-before", "finished", "s1"),
            phase("steady-state-after", "failed", "s1", detail="503"),
        ),
        Status.FAIL,
    ),
    "aborted": (
        plan(scenario(NO_ERRORS)),
        around(*GREEN_LOAD, phase("scenario", "aborted", "s1", detail="too slow")),
        Status.FAIL,
    ),
    "never started": (
        plan(scenario(NO_ERRORS)),
        [phase("run", "started"), *GREEN_LOAD, phase("run", "finished")],
        Status.INCONCLUSIVE,
    ),
    "the scenario did not finish": (
        plan(scenario(NO_ERRORS)),
        [o for o in around(*GREEN_LOAD) if not (o.kind == "phase" and o.scenario and o.state == "finished")],
        Status.INCONCLUSIVE,
    ),
    "the run was killed": (plan(scenario(NO_ERRORS)), around(*GREEN_LOAD)[:-1], Status.INCONCLUSIVE),
    "the run was killed at once": (plan(scenario(NO_ERRORS)), [], Status.INCONCLUSIVE),
    "interrupted": (
        plan(scenario(NO_ERRORS)),
        [*around(*GREEN_LOAD)[:-1], phase("run", "interrupted", detail="SIGINT")],
        Status.INCONCLUSIVE,
    ),
    "a guard said no": (
        plan(scenario(NO_ERRORS)),
        around(phase("scenario", "refused", "s1", detail="10.0.0.1")),
        Status.REFUSED,
    ),
    "the target never came up": (
        plan(scenario(NO_ERRORS)),
        [phase("run", "started"), phase("target", "failed", detail="no port"), phase("run", "finished")],
        Status.ERROR,
    ),
    "an empty plan": (plan(), [phase("run", "started"), phase("run", "finished")], Status.INCONCLUSIVE),
    "a scenario without expectations": (plan(scenario()), around(*GREEN_LOAD), Status.INCONCLUSIVE),
    "one scenario of two never ran": (
        plan(scenario(NO_ERRORS), scenario(NO_ERRORS, name="s2")),
        around(*GREEN_LOAD),
        Status.INCONCLUSIVE,
    ),
    "observations of a scenario that was not planned": (
        plan(scenario(NO_ERRORS)),
        around(*GREEN_LOAD, errors(0, 100, scenario="elsewhere")),
        Status.INCONCLUSIVE,
    ),
    "not a number": (
        plan(scenario(expectation(CPU, "max", "< 80%"))),
        around(Measurement(scenario="s1", metric="generator.cpu", t=1, value=float("inf"))),
        Status.ERROR,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_is_inconclusive_or_worse(name: str) -> None:
    planned, observations, expected = CASES[name]
    record = judge_run(planned, observations)
    assert record.status is expected
    assert record.status.exit_code not in (0, 1)
    decision = decide(record, Policy(id="lenient", max_waivers=99), [], date(2026, 1, 2))
    assert not decision.open, "no gate may open on this"
    assert decision.reasons, "the gate says why"


@pytest.mark.parametrize(
    ("planned", "observations"),
    [
        (plan(scenario(NO_ERRORS, FAST)), around(*GREEN_LOAD)),
        (plan(scenario(CHECKED)), around(check("passed"))),
        (plan(scenario(CHECKED)), around(check("errored"), check("passed", attempt=2))),
        (
            plan(scenario(FAST, expectation(CPU, "max", "< 80%", validity=True))),
            around(latencies([0.1] * 100), Measurement(scenario="s1", metric="generator.cpu", t=1, value=0.3)),
        ),
        (
            plan(scenario(NO_ERRORS, steady=True)),
            around(
                *GREEN_LOAD,
                phase("steady-state-before", "finished", "s1"),
                phase("steady-state-after", "finished", "s1"),
            ),
        ),
    ],
)
def test_the_neighbouring_honest_run_is_green(planned: Plan, observations: list[Observation]) -> None:
    """Without this the table above could be passed by a judge that never says pass."""
    record = judge_run(planned, observations)
    assert record.status is Status.PASS, [s.reasons for s in record.scenarios]
    assert decide(record, Policy(id="default"), [], date(2026, 1, 2)).open
