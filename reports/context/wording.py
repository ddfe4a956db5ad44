"""Sentences about a verdict. They repeat the record; they never decide anything."""

from __future__ import annotations

from collections.abc import Sequence

from harness.model.record import RunRecord
from harness.model.verdict import Status
from reports.context.rows import Action, ExpectationRow, ScenarioRow

_OPENING = {
    Status.PASS: "Every expectation held.",
    Status.WARN: "Every expectation held, some only within their warning range.",
    Status.INCONCLUSIVE: "The run does not show whether this may go live.",
    Status.FAIL: "At least one expectation did not hold.",
    Status.ERROR: "A check broke, so its answer is not known.",
    Status.REFUSED: "A guard refused the run; nothing was tested.",
}
_ORDER = [s.value for s in reversed(Status)]


def counted(number: int, one: str, many: str = "") -> str:
    """`1 expectation`, `3 expectations`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def capital(text: str) -> str:
    """The sentence with a capital at its start."""
    return text[:1].upper() + text[1:]


def scenario_sentence(row: ScenarioRow) -> str:
    """The verdict of one scenario and why, in one or two sentences."""
    total, decisive = len(row.expectations), [e for e in row.expectations if e.status == row.status]
    if row.status == Status.PASS:
        return f"All {counted(total, 'expectation')} held, each with enough samples."
    if row.own_status == row.status or not decisive:
        because = " ".join(capital(_full_stop(r)) for r in row.reasons) or "The record names no reason."
        return f"{_OPENING[Status(row.status)]} {because}"
    share = f"{len(decisive)} of {counted(total, 'expectation')}"
    heads = {
        Status.FAIL: f"{share} did not hold.",
        Status.WARN: f"{share} held only within the warning range.",
        Status.INCONCLUSIVE: f"{share} could not be decided.",
    }
    return f"{heads.get(Status(row.status), _OPENING[Status(row.status)])} {finding(decisive[0])}"


def run_sentence(record: RunRecord, scenarios: Sequence[ScenarioRow]) -> str:
    """The verdict of the run and why, in a few sentences."""
    if record.status == Status.PASS:
        expectations = sum(len(s.expectations) for s in scenarios)
        return f"All {counted(expectations, 'expectation')} of {counted(len(scenarios), 'scenario')} held."
    if record.own_status == record.status:
        because = " ".join(capital(_full_stop(r)) for r in record.reasons) or "The record names no reason."
        return f"{_OPENING[record.status]} {because}"
    decisive = [s for s in scenarios if s.status == record.status]
    if not decisive:
        return _OPENING[record.status]
    share = f"{record.status.capitalize()} in {len(decisive)} of {counted(len(scenarios), 'scenario')}."
    return f"{share} “{decisive[0].title}”: {scenario_sentence(decisive[0])}"


def finding(row: ExpectationRow) -> str:
    """What one expectation that is not a pass has shown."""
    if row.status == Status.FAIL and row.observed.value is not None and not _of_check(row):
        return f"{row.asks} was {row.observed.text}; asked for {row.threshold}."
    return f"{row.labels if _of_check(row) and row.labels else row.asks}: {_said(row)}"


def actions(scenarios: Sequence[ScenarioRow], limit: int = 3) -> tuple[tuple[Action, ...], int]:
    """The next steps, worst first, and how many more there are."""
    found = [(s, e) for s in scenarios for e in s.expectations if e.status != "pass"]
    todo = [Action(e.status, s.owner, _instruction(e)) for s, e in found]
    todo = [
        Action(s.own_status, s.owner, f"Clear up “{s.title}”: {_full_stop('; '.join(s.reasons))}")
        for s in scenarios
        if s.own_status != Status.PASS
    ] + todo
    todo.sort(key=lambda action: _ORDER.index(action.status))
    return tuple(todo[:limit]), max(0, len(todo) - limit)


def _of_check(row: ExpectationRow) -> bool:
    """Whether it asks about checks, whose share of failures says less than their message."""
    return row.observed.key.startswith("check.failed")


def _said(row: ExpectationRow) -> str:
    """The reason, without the name of the check that the sentence has already."""
    return _full_stop(row.reason.removeprefix(f"{row.labels.partition(' ')[2]}: "))


def _instruction(row: ExpectationRow) -> str:
    if row.status == Status.FAIL and _of_check(row):
        return f"Make {row.labels or row.asks} pass: {_said(row)}"
    if row.status == Status.FAIL and row.observed.value is not None:
        return f"Bring {row.asks} {_in_words(row.threshold)}; it was {row.observed.text}."
    if row.status == Status.WARN:
        return f"Watch {row.asks}: {row.observed.text}, wanted {row.threshold}."
    verb = "Repair the check of" if row.status == Status.ERROR else "Measure again:"
    return f"{verb} {row.asks} ({row.reason.rstrip('.')})."


def _in_words(threshold: str) -> str:
    """`< 500 ms` → `below 500 ms`, as it follows the word bring."""
    operator, _, quantity = threshold.partition(" ")
    words = {"<": "below", "<=": "to at most", ">": "above", ">=": "to at least", "==": "to exactly", "!=": "away from"}
    return f"{words[operator]} {quantity}" if operator in words else f"to {threshold}"


def _full_stop(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else text + "."
