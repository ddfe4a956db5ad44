"""Sorts the stream of observations by scenario and hands each to the expectations that asked for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from harness.measure.series import Series
from harness.model.observation import CheckResult, Finding, Measurement, Observation, Phase, Receipt
from harness.model.plan import Plan, PlannedExpectation, PlannedScenario

CHECK_METRIC = "check.failed"


@dataclass
class Gathered:
    """What one expectation has seen."""

    expectation: PlannedExpectation
    series: Series
    checks: list[CheckResult] = field(default_factory=list)


@dataclass
class ScenarioEvidence:
    """What was observed in one scenario, besides measurements, which live in the series."""

    scenario: PlannedScenario
    gathered: list[Gathered]
    phases: list[Phase] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    checks: list[CheckResult] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def phase(self, name: str, *states: str) -> Phase | None:
        """The last phase of that name in one of these states."""
        return next((p for p in reversed(self.phases) if p.name == name and p.state in states), None)


@dataclass
class RunEvidence:
    """The whole stream, sorted."""

    scenarios: dict[str, ScenarioEvidence]
    phases: list[Phase] = field(default_factory=list)
    strangers: int = 0
    total: int = 0


def gather(plan: Plan, observations: Iterable[Observation]) -> RunEvidence:
    """One pass over the observations. Those of a scenario that the plan does not name are counted as strangers."""
    run = RunEvidence({s.id: _prepare(s) for s in plan.scenarios})
    wanted: dict[tuple[str, str], list[Series]] = defaultdict(list)
    for scenario_id, evidence in run.scenarios.items():
        for one in evidence.gathered:
            wanted[scenario_id, one.expectation.metric.name].append(one.series)
    total = 0
    for observation in observations:
        total += 1
        if observation.kind == "measurement":
            if observation.scenario not in run.scenarios:
                run.strangers += 1
            for series in wanted.get((observation.scenario, observation.metric), ()):
                series.add(observation)
        else:
            _sort_in(run, observation)
    run.total = total
    return run


def _prepare(scenario: PlannedScenario) -> ScenarioEvidence:
    return ScenarioEvidence(
        scenario,
        [Gathered(e, Series(e.metric, e.labels, (e.window_from, e.window_to))) for e in scenario.expectations],
    )


def _sort_in(run: RunEvidence, observation: Observation) -> None:
    if observation.kind == "phase" and not observation.scenario:
        run.phases.append(observation)
        return
    evidence = run.scenarios.get(observation.scenario)
    if evidence is None:
        run.strangers += 1
    elif isinstance(observation, Phase):
        evidence.phases.append(observation)
    elif isinstance(observation, Receipt):
        evidence.receipts.append(observation)
    elif isinstance(observation, Finding):
        evidence.findings.append(observation)
    elif isinstance(observation, CheckResult):
        evidence.checks.append(observation)
        _count_check(evidence, observation)


def _count_check(evidence: ScenarioEvidence, check: CheckResult) -> None:
    """A check that broke or was skipped is no sample; a failed attempt counts even if a later one passed."""
    for one in evidence.gathered:
        if one.expectation.metric.name != CHECK_METRIC or not one.series.selects({"check": check.check}):
            continue
        one.checks.append(check)
        if check.outcome in ("passed", "failed"):
            one.series.add(
                Measurement(
                    scenario=check.scenario,
                    metric=CHECK_METRIC,
                    t=max(check.t, 0.0),
                    value=float(check.outcome == "failed"),
                    labels={"check": check.check},
                )
            )
