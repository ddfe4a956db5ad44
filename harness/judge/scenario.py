"""One scenario: its lifecycle, its receipts and its expectations, merged; worst wins."""

from __future__ import annotations

from harness.judge.evidence import CHECK_METRIC, ScenarioEvidence
from harness.judge.expectation import judge_expectation
from harness.model.observation import Phase
from harness.model.verdict import ExpectationVerdict, ScenarioVerdict, Status, worst

Reason = tuple[Status, str]


def judge_scenario(seen: ScenarioEvidence, *, target: str) -> ScenarioVerdict:
    """The verdict of one scenario: pass only if everything required was seen, and in the required amount."""
    scenario = seen.scenario
    cited = _evidence(seen)
    expectations = [
        judge_expectation(one, scenario=scenario.id, target=target, evidence=cited) for one in seen.gathered
    ]
    grounds = [*_lifecycle(seen), *_steady_state(seen), *_unjudged(seen)]
    if not grounds:  # what never ran has no receipt either; saying so twice helps nobody
        grounds += _receipts(seen)
    if not expectations:
        grounds.append((Status.INCONCLUSIVE, "it has no expectation"))
    expectations, void = _void_when_invalid(expectations)
    grounds += void
    own_status = worst([Status.PASS, *(s for s, _ in grounds)])
    return ScenarioVerdict(
        id=scenario.id,
        title=scenario.metadata.title,
        suite=scenario.suite,
        owner=scenario.metadata.owner,
        status=worst([own_status, *(e.status for e in expectations)]),
        own_status=own_status,
        reasons=[text for _, text in sorted(grounds, key=lambda g: -g[0].rank)],
        expectations=expectations,
        duration=_duration(seen),
        evidence_profile=scenario.evidence,
        flaky=_flaky(seen),
    )


def _lifecycle(seen: ScenarioEvidence) -> list[Reason]:
    grounds: list[Reason] = []
    by_state = {
        "refused": Status.REFUSED,
        "failed": Status.ERROR,
        "aborted": Status.FAIL,
        "unavailable": Status.INCONCLUSIVE,
        "interrupted": Status.INCONCLUSIVE,
    }
    for phase in seen.phases:
        if phase.name in ("scenario", "defect", "collect") and phase.state in by_state:
            advice = f" — {phase.advice}" if phase.advice else ""
            grounds.append((by_state[phase.state], f"{phase.state}: {phase.detail}{advice}"))
    if not grounds and seen.phase("scenario", "started") is None:
        grounds.append((Status.INCONCLUSIVE, "it was never started"))
    elif not grounds and seen.phase("scenario", "finished") is None:
        grounds.append((Status.INCONCLUSIVE, "it did not finish"))
    return grounds


def _steady_state(seen: ScenarioEvidence) -> list[Reason]:
    """Before: the hypothesis never held, nothing can be concluded. After: the system was left broken."""
    if not seen.scenario.steady_state:
        return []
    grounds: list[Reason] = []
    for name, status, sentence in (
        ("steady-state-before", Status.INCONCLUSIVE, "steady state did not hold before the method"),
        ("steady-state-after", Status.FAIL, "steady state was not restored after the method"),
    ):
        broken = seen.phase(name, "failed")
        if broken:
            grounds.append((status, f"{sentence}: {broken.detail}"))
        elif seen.phase(name, "finished") is None and seen.phase("scenario", "finished") is not None:
            grounds.append((Status.INCONCLUSIVE, f"{name.replace('-', ' ')} was not looked at"))
    return grounds


def _receipts(seen: ScenarioEvidence) -> list[Reason]:
    if not seen.receipts:
        return [(Status.INCONCLUSIVE, "no coverage receipt: nobody says what was looked at")]
    grounds: list[Reason] = []
    for receipt in seen.receipts:
        if not receipt.complete:
            skipped = f"; passed over: {', '.join(receipt.skipped[:5])}" if receipt.skipped else ""
            grounds.append(
                (
                    Status.INCONCLUSIVE,
                    f"{receipt.detector} saw {receipt.seen:g} of {receipt.required:g} {receipt.item}{skipped}",
                )
            )
    return grounds


def _unjudged(seen: ScenarioEvidence) -> list[Reason]:
    """A check that did not pass and that no expectation asks about must not vanish."""
    asked = [one for one in seen.gathered if one.expectation.metric.name == CHECK_METRIC]
    grounds: list[Reason] = []
    for check in seen.checks:
        if any(one.series.selects({"check": check.check}) for one in asked):
            continue
        if check.outcome == "errored":
            grounds.append((Status.ERROR, f"check {check.check} broke: {check.message}"))
        elif check.outcome != "passed":
            sentence = f"check {check.check} {check.outcome}, and no expectation asks about it: {check.message}"
            grounds.append((Status.INCONCLUSIVE, sentence))
    if seen.findings:
        grounds.append((Status.INCONCLUSIVE, f"{len(seen.findings)} findings that no expectation asks about"))
    return grounds


def _void_when_invalid(expectations: list[ExpectationVerdict]) -> tuple[list[ExpectationVerdict], list[Reason]]:
    """When the measurement itself is void, neither pass nor fail may be read from it."""
    invalid = [e for e in expectations if e.validity and e.status in (Status.INCONCLUSIVE, Status.FAIL)]
    if not invalid:
        return expectations, []
    why = f"the measurement is void: {invalid[0].id} {invalid[0].reason}"
    voided = [
        e
        if e.validity or e.status in (Status.ERROR, Status.INCONCLUSIVE)
        else e.model_copy(update={"status": Status.INCONCLUSIVE, "reason": f"{why} ({e.reason or 'would pass'})"})
        for e in expectations
    ]
    return voided, [(Status.INCONCLUSIVE, why)]


def _evidence(seen: ScenarioEvidence) -> list[str]:
    """The raw files that the suite named for its measurements; else the stream itself."""
    named = [path for phase in seen.phases if phase.name == "scenario" for path in phase.evidence]
    return list(dict.fromkeys(named)) or ["observations.ndjson"]


def _flaky(seen: ScenarioEvidence) -> list[str]:
    bad = {c.check for c in seen.checks if c.outcome in ("failed", "errored")}
    return sorted({c.check for c in seen.checks if c.outcome == "passed" and c.attempt > 1 and c.check in bad})


def _duration(seen: ScenarioEvidence) -> float:
    started = next((p for p in seen.phases if p.name == "scenario" and p.state == "started"), None)
    last: Phase | None = seen.phases[-1] if seen.phases else None
    return round(last.wall - started.wall, 3) if started and last else 0.0
