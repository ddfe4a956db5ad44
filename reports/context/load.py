"""RunReader → everything that a load-test report shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.model.quantity import Dimension, format_quantity
from harness.store.reader import RunReader
from reports.charts.model import Chart
from reports.context.charts import load_charts
from reports.context.evidence import EvidenceLink, EvidenceLinks
from reports.context.facts import Facts
from reports.context.figure import Figure, figure, metric_key
from reports.context.gaps import scenario_gaps
from reports.context.operations import (
    ErrorRow,
    OperationRow,
    RangeRow,
    error_rows,
    range_rows,
)
from reports.context.rows import Action, Header, ScenarioRow, Untested, Verdict
from reports.context.summary import build_header, scenario_row
from reports.context.wording import actions, counted, finding, scenario_sentence

_GENERATOR: tuple[tuple[str, str, Dimension], ...] = (
    ("generator.cpu", "CPU of the load generator (100 % is one core)", "ratio"),
    ("generator.lag", "Lag: how late requests were sent", "time"),
    ("generator.memory", "Memory of the load generator", "bytes"),
)
_SECONDS = frozenset({"min", "max", "ramp", "warm_up", "duration", "timeout"})  # of a workload's facts


@dataclass(frozen=True)
class GeneratorRow:
    """One figure of the load generator itself."""

    label: str
    typical: Figure
    p95: Figure
    highest: Figure


@dataclass(frozen=True)
class LoadReport:
    """The load-test report of one scenario."""

    header: Header
    scenario: ScenarioRow
    verdict: Verdict
    untested: tuple[Untested, ...]
    headroom: str
    actions: tuple[Action, ...]
    more_actions: int
    operations: tuple[OperationRow, ...]
    warm_up: Figure
    ranges: tuple[RangeRow, ...]
    errors: tuple[ErrorRow, ...]
    workload: tuple[tuple[str, str], ...]
    generator: tuple[GeneratorRow, ...]
    saturation: str
    charts: tuple[Chart, ...]
    reconciled: str
    raw_samples: EvidenceLink | None


def load_scenarios(run: RunReader, facts: Mapping[str, Facts]) -> list[str]:
    """Ids of the scenarios that get a load report: those of the load suite, and any that measured latencies."""
    load = {s.id for s in run.plan.scenarios if s.suite == "load"}
    return [s.id for s in run.record.scenarios if s.id in load or facts.get(s.id, Facts()).of("http.latency")]


def build_load(
    run: RunReader,
    scenario: str,
    facts: Facts,
    links: EvidenceLinks,
    rows: tuple[OperationRow, ...],
    reconciled: str,
    raw_samples: EvidenceLink | None,
) -> LoadReport:
    """The whole context of one scenario; pure apart from reading the folder.

    Args:
        rows: of `operation_rows`.
        reconciled: what the comparison with the raw samples has shown, as a sentence.
        raw_samples: the raw samples in the run folder; None when there are none.
    """
    verdict = next(s for s in run.record.scenarios if s.id == scenario)
    planned = next((s for s in run.plan.scenarios if s.id == scenario), None)
    row = scenario_row(run.plan, verdict, links)
    todo, more = actions([row])
    warm_up = facts.statistic("load.warmup_requests", "sum")
    return LoadReport(
        header=build_header(run.plan, run.record), scenario=row,
        verdict=Verdict(row.status, scenario_sentence(row), row.reasons),
        untested=tuple(scenario_gaps(run.plan, verdict, facts)), headroom=_headroom(facts, rows),
        actions=todo, more_actions=more, operations=rows, warm_up=figure("load.warmup_requests.sum", warm_up),
        ranges=range_rows(facts), errors=error_rows(facts), workload=_workload(facts),
        generator=_generator(facts), saturation=_saturation(row), charts=load_charts(facts, planned),
        reconciled=reconciled, raw_samples=raw_samples,
    )  # fmt: skip


def _headroom(facts: Facts, rows: tuple[OperationRow, ...]) -> str:
    """No run of this kind looks for the limit, so there is only a lower bound to name."""
    users = facts.statistic("load.users", "max")
    offered = [] if users is None else [f"{counted(int(users), 'user')} at once"]
    if rows and rows[-1].rate.value is not None:
        offered.append(f"{rows[-1].rate.text.removesuffix(' /s')} requests per second on average")
    if not offered:
        return "Not measured in this run."
    return (
        f"Not measured in this run: it offered {' and '.join(offered)}, and did not look for the load at which "
        "the system gives way."
    )


def _workload(facts: Facts) -> tuple[tuple[str, str], ...]:
    """The workload model in the load suite's own words; empty when it did not state one."""
    stated = [p.facts for p in facts.phases if p.detail == "workload"]
    return tuple((str(k).replace("_", " "), _plain(v, str(k))) for k, v in stated[-1].items()) if stated else ()


def _plain(value: object, name: str = "") -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {_plain(v, str(k))}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_plain(v) for v in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return format_quantity(value, "time" if name in _SECONDS else "number")
    return str(value)


def _generator(facts: Facts) -> tuple[GeneratorRow, ...]:
    rows = []
    for metric, label, dimension in _GENERATOR:
        typical, p95, highest = (
            figure(metric_key(metric, s, {}), facts.statistic(metric, s), dimension) for s in ("p50", "p95", "max")
        )
        rows.append(GeneratorRow(label, typical, p95, highest))
    return tuple(rows)


def _saturation(row: ScenarioRow) -> str:
    """Repeats what the judge said of the generator; a report has no opinion of its own."""
    judged = [e for e in row.expectations if e.observed.key.startswith("generator.")]
    if not judged:
        return (
            "No expectation of this scenario judges the load generator: look at its figures before you read "
            "a latency as the system's."
        )
    bad = [e for e in judged if e.status != "pass"]
    if bad:
        said = " ".join(finding(e) for e in bad)
        return f"The load generator was not shown to be free: {said} Latencies here may be the generator's own."
    said = ", ".join(f"{e.asks} {e.observed.text} (asked {e.threshold})" for e in judged)
    return f"The load generator was not saturated: {said}."
