"""Small valid plans and observations, for tests to bend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from harness.measure.histogram import encode, new_histogram, record
from harness.model.metric import MetricSpec
from harness.model.observation import CheckResult, Measurement, Observation, Phase, Receipt
from harness.model.plan import GitState, Plan, PlannedExpectation, PlannedScenario, Step
from harness.model.scenario import Guard, Metadata, Probe
from harness.model.threshold import parse_threshold
from harness.ports.metrics import CHECK_FAILED

LATENCY = MetricSpec(name="http.latency", kind="distribution", dimension="time", labels=("op",), doc="Latency.")
ERRORS = MetricSpec(name="http.error_rate", kind="ratio", dimension="ratio", high=1.0, labels=("op",), doc="Errors.")
CPU = MetricSpec(name="generator.cpu", kind="gauge", dimension="ratio", doc="CPU of the generator.")
LOST = MetricSpec(name="orders.lost", kind="counter", doc="Orders lost.")
SCENARIO = "s1"


def expectation(
    metric: MetricSpec = CHECK_FAILED, statistic: str = "ratio", passes: str = "== 0", **more: Any
) -> PlannedExpectation:
    """An expectation; thresholds may be given as text."""
    for key in ("warn", "abort"):
        if key in more:
            more[key] = parse_threshold(more[key])
    name = more.pop("id", f"{metric.name}.{statistic}")
    return PlannedExpectation(
        **{"id": name, "metric": metric, "statistic": statistic, "pass": parse_threshold(passes), **more}
    )


def scenario(
    *expectations: PlannedExpectation, name: str = SCENARIO, steady: bool = False, **more: Any
) -> PlannedScenario:
    """A scenario with these expectations."""
    fields: dict[str, Any] = {
        "metadata": Metadata(id=name, title=f"Scenario {name}", owner="qa", criteria=["T4.1"]),
        "suite": "load", "source": f"scenarios/load/{name}.yaml", "evidence": "full", "duration": 10.0,
        "guard": Guard(), "steps": [Step(id="load-1", kind="load", params={})],
        "steady_state": [Probe(probe="http", path="/livez")] if steady else [],
        "expectations": list(expectations),
    }  # fmt: skip
    return PlannedScenario(**{**fields, **more})


def plan(*scenarios: PlannedScenario, **more: Any) -> Plan:
    """A plan of these scenarios, with its digest."""
    fields: dict[str, Any] = {
        "run_id": "2026-01-02T03-04-05Z-abcd", "created": "2026-01-02T03:04:05Z", "system": "shop",
        "target": "process", "profile": "quick", "seed": 7, "git": GitState(commit="c0ffee1" + "0" * 33, branch="main"),
        "tools": {"python": "3.11"}, "scenarios": list(scenarios), "known_criteria": {"T4.1": "Baseline"},
    }  # fmt: skip
    return Plan(**{**fields, **more}).with_digest()


def phase(name: Any, state: Any, scenario: str = "", **more: Any) -> Phase:
    """A lifecycle line."""
    return Phase(scenario=scenario, name=name, state=state, wall=more.pop("wall", 1000.0), **more)


def around(*inner: Observation, name: str = SCENARIO, receipt: bool = True) -> list[Observation]:
    """A whole, undisturbed run of one scenario around these observations."""
    receipts = [Receipt(scenario=name, detector="locust", item="users", required=10, seen=10)] if receipt else []
    return [
        phase("run", "started"),
        phase("scenario", "started", name),
        *inner,
        *receipts,
        phase("scenario", "finished", name, wall=1010.0),
        phase("run", "finished", wall=1011.0),
    ]


def check(outcome: Any = "passed", name: str = "c1", **more: Any) -> CheckResult:
    """One check."""
    return CheckResult(scenario=more.pop("scenario", SCENARIO), check=name, outcome=outcome, **more)


def errors(failed: int, total: int, **more: Any) -> Measurement:
    """A ratio measurement of the error rate."""
    fields: dict[str, Any] = {"scenario": SCENARIO, "metric": ERRORS.name, "t": 1.0, "value": failed, "count": total}
    return Measurement(**{**fields, **more})


def latencies(seconds: Sequence[float], **more: Any) -> Measurement:
    """A histogram measurement of these latencies."""
    histogram = new_histogram()
    for one in seconds:
        record(histogram, one)
    fields: dict[str, Any] = {"scenario": SCENARIO, "metric": LATENCY.name, "t": 1.0}
    return Measurement(**{**fields, "histogram": encode(histogram), "count": len(seconds), **more})
