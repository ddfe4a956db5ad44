"""What was not tested: page one says it, so that nobody reads silence as a pass."""

from __future__ import annotations

import re
from collections.abc import Mapping

from harness.model.plan import Plan
from harness.model.quantity import format_quantity
from harness.model.record import RunRecord
from harness.model.verdict import ScenarioVerdict
from reports.context.facts import Facts
from reports.context.rows import Untested
from reports.context.wording import capital, counted

_MOST_NAMED = 5


def scenario_gaps(plan: Plan, verdict: ScenarioVerdict, facts: Facts) -> list[Untested]:
    """The gaps of one scenario: shortened, undecided, receipts that are not complete, checks that gave nothing."""
    title, gaps = verdict.title, []
    if verdict.evidence_profile != "full":
        cited = sorted({c for e in verdict.expectations for c in e.criteria})
        about = f" {', '.join(cited)}: in progress at best." if cited else ""
        shortened = f"The {plan.profile} profile is shorter than what the criteria ask for."
        gaps.append(Untested(f"{title}, at full length", shortened + about))
    if not verdict.expectations:
        gaps.append(Untested(title, "It has no expectation, so nothing was judged"))
    undecided = ("inconclusive", "error", "refused")
    gaps += [Untested(f"{title}: {e.id}", capital(e.reason)) for e in verdict.expectations if e.status in undecided]
    gaps += _receipt_gaps(title, facts)
    for outcome, word in (("errored", "broke"), ("skipped", "were skipped")):
        names = sorted({c.check for c in facts.checks if c.outcome == outcome})
        if names:
            gaps.append(Untested(f"{title}: {counted(len(names), 'check')} {word}", _some(names)))
    return gaps


def run_gaps(plan: Plan, record: RunRecord, facts: Mapping[str, Facts]) -> list[Untested]:
    """The gaps of a whole run: those of its scenarios, scenarios without a verdict, criteria that nobody cited."""
    gaps: list[Untested] = []
    if not record.finished:
        gaps.append(Untested("The rest of the run", "It was interrupted or killed before it came to its end"))
    judged = {s.id for s in record.scenarios}
    gaps += [Untested(s.metadata.title, "Planned, but the record has no verdict on it")
             for s in plan.scenarios if s.id not in judged]  # fmt: skip
    for verdict in record.scenarios:
        gaps += scenario_gaps(plan, verdict, facts.get(verdict.id, Facts()))
    gaps += _receipt_gaps("The run", facts.get("", Facts()))
    spoken = {c.id for c in record.criteria}
    silent = sorted((c for c in plan.known_criteria if c not in spoken), key=_by_number)
    if silent:
        share = f"{len(silent)} of {counted(len(plan.known_criteria), 'acceptance criterion', 'acceptance criteria')}"
        gaps.append(Untested(share, f"No scenario of this run speaks to them: {_some(silent)}"))
    return gaps


def _receipt_gaps(title: str, facts: Facts) -> list[Untested]:
    gaps = []
    for receipt in facts.receipts:
        if receipt.complete:
            continue
        seen, required = format_quantity(receipt.seen, "number"), format_quantity(receipt.required, "number")
        why = f"{receipt.detector} saw {seen} of {required} {receipt.item}"
        if receipt.skipped:
            why += f"; passed over: {_some(receipt.skipped)}"
        gaps.append(Untested(f"{title}: part of the {receipt.item}", capital(why)))
    return gaps


def _some(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _by_number(criterion: str) -> tuple[int, ...]:
    """T2.10 after T2.9."""
    return tuple(int(digits) for digits in re.findall(r"\d+", criterion))
