"""The verdict table that people see after a run and with `show`."""

from __future__ import annotations

from rich.markup import escape

from harness.cli.output import stdout_console
from harness.model.record import RunRecord
from harness.model.verdict import ExpectationVerdict, ScenarioVerdict, Status

STYLES = {
    "pass": "green",
    "warn": "yellow",
    "inconclusive": "magenta",
    "fail": "bold red",
    "error": "bold red",
    "refused": "bold red",
    "unreadable": "bold red",
}
_LONGEST = 300
_MARKS = {"pass": "✔", "warn": "!", "inconclusive": "?", "fail": "✘", "error": "‼", "refused": "⛔"}


def print_record(record: RunRecord, *, everything: bool = False) -> None:
    """Scenario by scenario: what passed in one line, what did not with observed value, threshold and evidence."""
    console = stdout_console()
    console.print()
    for scenario in record.scenarios:
        _print_scenario(scenario, everything)
    for reason in record.reasons:
        console.print(f"  {escape(reason)}", style=STYLES[record.own_status])
    if record.criteria:
        by_status: dict[str, list[str]] = {}
        for criterion in record.criteria:
            by_status.setdefault(criterion.status, []).append(criterion.id)
        console.print("criteria  " + " · ".join(f"{status}: {', '.join(ids)}" for status, ids in by_status.items()))
    console.print(
        f"verdict   [{STYLES[record.status]}]{_MARKS[record.status]} {record.status.upper()}[/]"
        f"  (exit {record.status.exit_code:d}, profile {record.profile}, target {record.target}, "
        f"{record.observations} observations, {record.duration:.0f} s)"
    )


def _print_scenario(scenario: ScenarioVerdict, everything: bool) -> None:
    console = stdout_console()
    passed = sum(e.status is Status.PASS for e in scenario.expectations)
    console.print(
        f"[{STYLES[scenario.status]}]{_MARKS[scenario.status]} {scenario.status:<12}[/] [bold]{scenario.id}[/] "
        f"{escape(scenario.title)} — {passed} of {len(scenario.expectations)} expectations, {scenario.duration:.1f} s"
    )
    for reason in scenario.reasons:
        console.print(f"    {escape(reason)}", style=STYLES[scenario.own_status])
    # What never ran has nothing to say of each expectation; the reason above says it once.
    silent = scenario.own_status is not Status.PASS and not any(e.samples for e in scenario.expectations)
    for verdict in scenario.expectations:
        if everything or (verdict.status is not Status.PASS and not silent):
            _print_expectation(verdict)


def _print_expectation(v: ExpectationVerdict) -> None:
    console = stdout_console()
    samples = f"{v.samples} sample{'s' if v.samples != 1 else ''}"
    console.print(
        f"    [{STYLES[v.status]}]{_MARKS[v.status]}[/] {escape(v.id)}: "
        f"observed {v.observed_text}, expected {v.threshold}, {samples}"
    )
    if v.reason:
        waived = f" (waived by {v.waived_by})" if v.waived_by else ""
        console.print(f"        {escape(_short(v.reason))}{waived}", style="dim")
    if v.evidence:
        more = f" (+{len(v.evidence) - 1})" if len(v.evidence) > 1 else ""
        console.print(f"        {escape(v.evidence[0])}{more}", style="dim")


def _short(text: str) -> str:
    """The terminal gets the beginning; the reports have the whole sentence."""
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
