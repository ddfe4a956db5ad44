"""What a run says of each acceptance criterion that its scenarios cite."""

from __future__ import annotations

from harness.model.plan import Plan
from harness.model.verdict import CriterionStatus, CriterionVerdict, ExpectationVerdict, ScenarioVerdict, Status


def judge_criteria(plan: Plan, scenarios: list[ScenarioVerdict]) -> list[CriterionVerdict]:
    """One verdict per cited criterion. Partial evidence never meets one: it stays in progress."""
    cited: dict[str, list[tuple[ScenarioVerdict, ExpectationVerdict]]] = {}
    for scenario in scenarios:
        for expectation in scenario.expectations:
            for criterion in expectation.criteria:
                cited.setdefault(criterion, []).append((scenario, expectation))
    order = {name: index for index, name in enumerate(plan.known_criteria)}
    return [_judge(name, cited[name]) for name in sorted(cited, key=lambda n: (order.get(n, len(order)), n))]


def _judge(name: str, pairs: list[tuple[ScenarioVerdict, ExpectationVerdict]]) -> CriterionVerdict:
    red = [(s, e) for s, e in pairs if e.status in (Status.FAIL, Status.ERROR, Status.REFUSED)]
    if red:
        scenario, expectation = red[0]
        because = f"{scenario.id}/{expectation.id}: {expectation.reason}"
        return CriterionVerdict(id=name, status=CriterionStatus.NOT_MET, because=because)
    unsure = [s for s, e in pairs if e.status is Status.INCONCLUSIVE or s.status.rank >= Status.INCONCLUSIVE.rank]
    if unsure:
        return CriterionVerdict(id=name, status=CriterionStatus.UNKNOWN, because=f"{unsure[0].id} is inconclusive")
    partial = [s for s, _ in pairs if s.evidence_profile != "full"]
    if partial:
        because = f"{partial[0].id} ran in a shortened profile"
        return CriterionVerdict(id=name, status=CriterionStatus.IN_PROGRESS, because=because)
    shown_by = ", ".join(dict.fromkeys(s.id for s, _ in pairs))
    return CriterionVerdict(id=name, status=CriterionStatus.MET, because=f"shown by {shown_by}")
