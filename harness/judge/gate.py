"""The gate: a record and a policy → open or closed. Waivers act here and nowhere else."""

from __future__ import annotations

from datetime import date

from harness.model.policy import Policy
from harness.model.record import GateDecision, RunRecord
from harness.model.verdict import CriterionStatus, ExpectationVerdict, ScenarioVerdict, Status, worst
from harness.model.waiver import Waiver

Reason = tuple[Status, str]


def decide(
    record: RunRecord, policy: Policy, waivers: list[Waiver], today: date, commit: str | None = None
) -> GateDecision:
    """Whether this run lets a release through.

    Args:
        waivers: those in force; the caller's list, so that a waiver withdrawn after the run no longer counts.
        today: expired waivers do not count on it.
        commit: what is to go live, or the beginning of it; evidence of another commit says nothing about it.
            None where nobody can tell.
    """
    counted = {w.fingerprint: w for w in waivers if w.counts_on(today)}
    used: dict[str, Waiver] = {}
    grounds: list[Reason] = []
    for scenario in record.scenarios:
        grounds += _of_scenario(scenario, counted, used, policy)
    grounds += [(record.own_status, reason) for reason in record.reasons]
    if not record.finished:
        grounds.append((Status.INCONCLUSIVE, "the run did not finish"))
    if record.defect:
        grounds.append((Status.INCONCLUSIVE, f"the defect {record.defect} was planted: such a run opens no gate"))
    if commit is not None and not record.git.commit.startswith(commit):
        sentence = f"the run looked at commit {record.git.commit[:12]}, to go live is {commit[:12]}"
        grounds.append((Status.INCONCLUSIVE, sentence))
    grounds += _policy(record, policy, used)
    status = worst([Status.PASS, *(s for s, _ in grounds)]) if record.scenarios else Status.INCONCLUSIVE
    is_open = status is Status.PASS or (status is Status.WARN and policy.allow_warn)
    reasons = [text for _, text in sorted(grounds, key=lambda g: -g[0].rank)]
    return GateDecision(
        policy=policy.id, status=status, open=is_open, reasons=reasons, waivers_used=sorted(w.id for w in used.values())
    )


def _of_scenario(
    scenario: ScenarioVerdict, counted: dict[str, Waiver], used: dict[str, Waiver], policy: Policy
) -> list[Reason]:
    grounds: list[Reason] = []
    for expectation in scenario.expectations:
        if expectation.status is Status.PASS:
            continue
        where = f"{scenario.id}/{expectation.id}"
        waiver = counted.get(expectation.fingerprint)
        if waiver and _may_waive(expectation, policy):
            used[waiver.fingerprint] = waiver
            grounds.append((Status.WARN, f"{where}: waived by {waiver.id} of {waiver.owner} until {waiver.expires}"))
        else:
            forbidden = " (cannot be waived)" if waiver else ""
            grounds.append((expectation.status, f"{where}: {expectation.reason}{forbidden}"))
    grounds += [(scenario.own_status, f"{scenario.id}: {reason}") for reason in scenario.reasons]
    if not scenario.expectations:
        grounds.append((Status.INCONCLUSIVE, f"{scenario.id}: it has no expectation"))
    if scenario.flaky:
        grounds.append((Status.WARN, f"{scenario.id}: flaky {', '.join(scenario.flaky)}"))
    return grounds


def _may_waive(expectation: ExpectationVerdict, policy: Policy) -> bool:
    """Only a failure can be waived: nobody can accept a risk that was not measured."""
    return expectation.status is Status.FAIL and not set(expectation.criteria) & set(policy.never_waive)


def _policy(record: RunRecord, policy: Policy, used: dict[str, Waiver]) -> list[Reason]:
    grounds: list[Reason] = []
    ran = {s.id for s in record.scenarios}
    grounds += [
        (Status.INCONCLUSIVE, f"policy {policy.id} asks for scenario {name}, which is not in this run")
        for name in policy.scenarios
        if name not in ran
    ]
    by_id = {c.id: c for c in record.criteria}
    for name in policy.criteria:
        verdict = by_id.get(name)
        if verdict is None or verdict.status is not CriterionStatus.MET:
            state = f"{verdict.status}, {verdict.because}" if verdict else "not looked at"
            status = Status.FAIL if verdict and verdict.status is CriterionStatus.NOT_MET else Status.INCONCLUSIVE
            grounds.append((status, f"policy {policy.id} asks for {name}: {state}"))
    if len(used) > policy.max_waivers:
        sentence = f"{len(used)} waivers are in use, policy {policy.id} allows {policy.max_waivers}"
        grounds.append((Status.FAIL, sentence))
    if record.git.dirty and not policy.allow_dirty:
        grounds.append((Status.INCONCLUSIVE, "uncommitted changes were judged with the commit"))
    return grounds
