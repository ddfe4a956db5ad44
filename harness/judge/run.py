"""The whole run: plan + observations → record. Pure: the same input gives the same bytes anywhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from harness.judge.criteria import judge_criteria
from harness.judge.evidence import RunEvidence, gather
from harness.judge.scenario import judge_scenario
from harness.model.observation import Observation
from harness.model.plan import Plan
from harness.model.record import RunRecord
from harness.model.verdict import ScenarioVerdict, Status, worst
from harness.model.waiver import Waiver


def judge_run(plan: Plan, observations: Iterable[Observation]) -> RunRecord:
    """Judges what was observed.

    A plan without observations is inconclusive: that is the record of a run that was killed at its start.
    """
    seen = gather(plan, observations)
    scenarios = [judge_scenario(evidence, target=plan.target) for evidence in seen.scenarios.values()]
    grounds = [*_lifecycle(seen), *_defect(plan, scenarios)]
    if not scenarios:
        grounds.append((Status.INCONCLUSIVE, "the plan holds no scenario"))
    if seen.strangers:
        grounds.append((Status.INCONCLUSIVE, f"{seen.strangers} observations belong to no planned scenario"))
    own_status = worst([Status.PASS, *(status for status, _ in grounds)])
    waived = [_label(s, plan.waivers, date.fromisoformat(plan.created[:10])) for s in scenarios]
    return RunRecord(
        run_id=plan.run_id,
        created=plan.created,
        plan_digest=plan.digest,
        system=plan.system,
        target=plan.target,
        profile=plan.profile,
        git=plan.git,
        status=worst([own_status, *(s.status for s in scenarios)]),
        own_status=own_status,
        reasons=[text for _, text in sorted(grounds, key=lambda g: -g[0].rank)],
        finished=any(p.name == "run" and p.state == "finished" for p in seen.phases),
        duration=_duration(seen),
        scenarios=waived,
        criteria=judge_criteria(plan, scenarios),
        defect=plan.defect.id if plan.defect else None,
        observations=seen.total,
    )


def _lifecycle(seen: RunEvidence) -> list[tuple[Status, str]]:
    by_state = {
        "refused": Status.REFUSED,
        "failed": Status.ERROR,
        "interrupted": Status.INCONCLUSIVE,
        "unavailable": Status.INCONCLUSIVE,
    }
    grounds = [
        (by_state[p.state], f"{p.name} {p.state}: {p.detail}" + (f" — {p.advice}" if p.advice else ""))
        for p in seen.phases
        if p.state in by_state
    ]
    finished = any(p.name == "run" and p.state == "finished" for p in seen.phases)
    if not finished and not any(p.state == "interrupted" for p in seen.phases):
        grounds.append((Status.INCONCLUSIVE, "the run did not finish: it was killed, or is still going on"))
    return grounds


def _defect(plan: Plan, scenarios: list[ScenarioVerdict]) -> list[tuple[Status, str]]:
    """A run with a planted defect shows that detectors work; it never shows that the system does."""
    if plan.defect is None:
        return []
    by_id = {s.id: s for s in scenarios}
    missed = []
    for scenario_id, expectations in plan.defect.turns_red.items():
        verdict = by_id.get(scenario_id)
        if verdict is None:
            continue
        red = {e.id for e in verdict.expectations if e.status.rank >= Status.INCONCLUSIVE.rank}
        missed += [f"{scenario_id}/{e}" for e in expectations if e not in red]
        if not expectations and verdict.status.rank < Status.INCONCLUSIVE.rank:
            missed.append(scenario_id)
    sentence = f"a defect was planted on purpose ({plan.defect.id}): this run opens no gate"
    grounds = [(Status.INCONCLUSIVE, sentence)]
    if missed:
        grounds.append((Status.INCONCLUSIVE, f"the planted defect was not seen by {', '.join(missed)}"))
    return grounds


def _label(scenario: ScenarioVerdict, waivers: list[Waiver], day: date) -> ScenarioVerdict:
    """The same verdicts with the names of the waivers that address them; no status changes."""
    by_fingerprint = {w.fingerprint: w.id for w in waivers if w.counts_on(day)}
    labelled = [
        e.model_copy(update={"waived_by": by_fingerprint.get(e.fingerprint)}) if e.status is Status.FAIL else e
        for e in scenario.expectations
    ]
    return scenario.model_copy(update={"expectations": labelled})


def _duration(seen: RunEvidence) -> float:
    return round(seen.phases[-1].wall - seen.phases[0].wall, 3) if seen.phases else 0.0
