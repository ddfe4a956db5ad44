"""RunReader → everything that the summary of a run shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.model.plan import Plan, PlannedExpectation
from harness.model.record import RunRecord
from harness.model.verdict import ExpectationVerdict, ScenarioVerdict
from harness.store.reader import RunReader
from reports.context.evidence import EvidenceLinks
from reports.context.facts import Facts
from reports.context.figure import Figure, figure, metric_key
from reports.context.gaps import run_gaps
from reports.context.rows import (
    Action,
    CriterionRow,
    ExpectationRow,
    Header,
    ScenarioRow,
    Shot,
    Untested,
    Verdict,
)
from reports.context.wording import actions, run_sentence

_MOST_SHOTS = 12


@dataclass(frozen=True)
class Summary:
    """The general report of a run."""

    header: Header
    verdict: Verdict
    scenarios: tuple[ScenarioRow, ...]
    criteria: tuple[CriterionRow, ...]
    untested: tuple[Untested, ...]
    actions: tuple[Action, ...]
    more_actions: int
    shots: tuple[Shot, ...]

    @property
    def open(self) -> tuple[ExpectationRow, ...]:
        """Every expectation that is not a pass, in the order of the plan."""
        return tuple(e for s in self.scenarios for e in s.expectations if e.status != "pass")


def build_summary(run: RunReader, facts: Mapping[str, Facts], links: EvidenceLinks) -> Summary:
    """The whole context; pure apart from reading the folder."""
    plan, record = run.plan, run.record
    scenarios = tuple(scenario_row(plan, s, links) for s in record.scenarios)
    todo, more = actions(scenarios)
    return Summary(
        header=build_header(plan, record),
        verdict=Verdict(record.status, run_sentence(record, scenarios), tuple(record.reasons)),
        scenarios=scenarios,
        criteria=tuple(
            CriterionRow(c.id, plan.known_criteria.get(c.id, ""), c.status, c.because) for c in record.criteria
        ),
        untested=tuple(run_gaps(plan, record, facts)),
        actions=todo,
        more_actions=more,
        shots=_shots(record, facts, links),
    )


def build_header(plan: Plan, record: RunRecord) -> Header:
    """Which run, of what, with which tools."""
    defect = f"{plan.defect.id}: {plan.defect.title}" if plan.defect else record.defect or ""
    return Header(
        run_id=record.run_id, created=plan.created, system=record.system, target=record.target,
        profile=record.profile, seed=plan.seed, commit=record.git.commit, branch=record.git.branch,
        dirty=record.git.dirty, plan_digest=record.plan_digest, tools=tuple(sorted(plan.tools.items())),
        duration=figure("run.duration", record.duration, "time"),
        observations=figure("run.observations", record.observations), defect=defect, finished=record.finished,
    )  # fmt: skip


def scenario_row(plan: Plan, verdict: ScenarioVerdict, links: EvidenceLinks) -> ScenarioRow:
    """One scenario of the record beside what the plan asked of it."""
    planned = {e.id: e for s in plan.scenarios if s.id == verdict.id for e in s.expectations}
    return ScenarioRow(
        id=verdict.id, title=verdict.title, suite=verdict.suite, owner=verdict.owner, status=verdict.status,
        own_status=verdict.own_status, reasons=tuple(verdict.reasons),
        duration=figure(f"{verdict.id}.duration", verdict.duration, "time"),
        evidence_profile=verdict.evidence_profile, flaky=tuple(verdict.flaky),
        expectations=tuple(_expectation(verdict.id, e, planned.get(e.id), links) for e in verdict.expectations),
    )  # fmt: skip


def _expectation(
    scenario: str, verdict: ExpectationVerdict, planned: PlannedExpectation | None, links: EvidenceLinks
) -> ExpectationRow:
    name = f"{planned.metric.name} {planned.statistic}" if planned else verdict.id
    if planned and planned.statistic == planned.metric.default_statistic():
        name = planned.metric.name
    labels = ", ".join(f"{k} {v}" for k, v in sorted(planned.labels.items())) if planned else ""
    key = metric_key(planned.metric.name, planned.statistic, planned.labels) if planned else verdict.id
    return ExpectationRow(
        scenario=scenario, id=verdict.id, asks=f"{name} ({labels})" if labels else name, labels=labels,
        window=_window(planned), observed=Figure(key, verdict.observed, verdict.observed_text),
        threshold=verdict.threshold, warn=str(planned.warn) if planned and planned.warn else "",
        samples=figure(f"{key}.samples", verdict.samples), min_samples=figure(f"{key}.min", verdict.min_samples),
        status=verdict.status, reason=verdict.reason, evidence=links.links(verdict.evidence),
        waived_by=verdict.waived_by or "", validity=verdict.validity, criteria=tuple(verdict.criteria),
        source=planned.source if planned else "",
    )  # fmt: skip


def _window(planned: PlannedExpectation | None) -> str:
    if planned is None or (planned.window_from == 0 and planned.window_to is None):
        return ""
    end = "the end" if planned.window_to is None else f"{planned.window_to:g} s"
    return f"{planned.window_from:g} s to {end}"


def _shots(record: RunRecord, facts: Mapping[str, Facts], links: EvidenceLinks) -> tuple[Shot, ...]:
    """Pictures that checks left behind when they failed or broke, each once."""
    found: dict[str, Shot] = {}
    for scenario in record.scenarios:
        for check in facts.get(scenario.id, Facts()).checks:
            if check.outcome in ("failed", "errored"):
                for link in links.links(check.evidence):
                    if link.picture:
                        caption = f"{check.check}, attempt {check.attempt}: {Path(link.path).name}"
                        found.setdefault(link.path, Shot(caption, link))
    return tuple(found.values())[:_MOST_SHOTS]
