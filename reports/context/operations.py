"""The tables of a load test, computed from merged histograms: percentiles are never averaged."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from harness.measure.histogram import percentile
from harness.model.quantity import format_quantity
from reports.context.facts import Facts
from reports.context.figure import Figure, figure, metric_key

# Upper bounds in seconds: the steps that people feel (0.1 s instant, 1 s keeps the flow; Nielsen 1993), and between.
_RANGE_BOUNDS = (0.0, 0.1, 0.25, 0.5, 1.0, 2.5, math.inf)
STATISTICS = {"p50": 50.0, "p90": 90.0, "p95": 95.0, "p99": 99.0, "max": 100.0}


@dataclass(frozen=True)
class OperationRow:
    """One operation, or all of them (`op` is empty)."""

    op: str
    requests: Figure
    rate: Figure
    latencies: tuple[Figure, ...]
    errors: Figure
    error_rate: Figure


@dataclass(frozen=True)
class RangeRow:
    """How many requests were answered within a range of latency."""

    label: str
    count: Figure
    share: Figure


@dataclass(frozen=True)
class ErrorRow:
    """Failed requests of one kind and operation."""

    op: str
    kind: str
    count: Figure
    share: Figure


def operation_rows(facts: Facts) -> tuple[OperationRow, ...]:
    """One row per operation, and a last one over all of them when there are several."""
    ops = sorted(set(facts.label_values("http.latency", "op")) | set(facts.label_values("http.requests", "op")))
    rows = [_operation(facts, op) for op in ops]
    return (*rows, _operation(facts, "")) if len(rows) > 1 else tuple(rows)


def _operation(facts: Facts, op: str) -> OperationRow:
    labels = {"op": op} if op else {}

    def of(metric: str, statistic: str) -> tuple[str, float | None]:
        return metric_key(metric, statistic, labels), facts.statistic(metric, statistic, **labels)

    latency = facts.latencies.get(op)
    failed = [m.value or 0.0 for m in facts.of("http.error_rate") if not op or m.labels.get("op") == op]
    return OperationRow(
        op=op,
        requests=figure(*of("http.requests", "sum")),
        rate=figure(*_rate(facts, op), suffix=" /s"),
        latencies=tuple(
            figure(metric_key("http.latency", name, labels), latency and percentile(latency, percent), "time")
            for name, percent in STATISTICS.items()
        ),
        errors=figure(metric_key("http.errors", "sum", labels), math.fsum(failed) if failed else None),
        error_rate=figure(*of("http.error_rate", "ratio"), "ratio"),
    )


def _rate(facts: Facts, op: str) -> tuple[str, float | None]:
    """Requests per second over the time in which any request was made, the same for every operation."""
    labels = {"op": op} if op else {}
    total = facts.statistic("http.requests", "sum", **labels)
    times = [m.t for m in facts.of("http.requests")]
    seconds = max(1.0, max(times) - min(times) + 1.0) if times else 1.0
    return metric_key("http.requests", "rate", labels), None if total is None else total / seconds


def range_rows(facts: Facts) -> tuple[RangeRow, ...]:
    """How many requests fell into each range of latency; empty when no latency was measured."""
    if not facts.latencies:
        return ()
    counts = dict.fromkeys(pairwise(_RANGE_BOUNDS), 0)
    for step in facts.latencies[""].get_recorded_iterator():
        seconds = step.value_iterated_to / 1e6
        bounds = next(b for b in counts if b[0] < seconds <= b[1])
        counts[bounds] += step.count_added_in_this_iter_step
    total = sum(counts.values())
    return tuple(
        RangeRow(
            label=_range_label(low, high),
            count=figure(f"http.latency.range[{low:g},{high:g}]", count),
            share=figure(f"http.latency.share[{low:g},{high:g}]", count / total, "ratio"),
        )
        for (low, high), count in counts.items()
    )


def _range_label(low: float, high: float) -> str:
    if low == 0:
        return f"up to {format_quantity(high, 'time')}"
    if math.isinf(high):
        return f"over {format_quantity(low, 'time')}"
    return f"{format_quantity(low, 'time')} to {format_quantity(high, 'time')}"


def error_rows(facts: Facts) -> tuple[ErrorRow, ...]:
    """Failed requests by operation and kind, most first."""
    counts: dict[tuple[str, str], float] = {}
    for m in facts.of("http.errors"):
        key = (m.labels.get("op", ""), m.labels.get("kind", ""))
        counts[key] = counts.get(key, 0.0) + (m.value or 0.0)
    total = sum(counts.values())
    ordered = sorted((item for item in counts.items() if item[1]), key=lambda item: (-item[1], item[0]))
    return tuple(
        ErrorRow(
            op, kind,
            figure(metric_key("http.errors", "sum", {"op": op, "kind": kind}), count),
            figure(metric_key("http.errors", "share", {"op": op, "kind": kind}), count / total, "ratio"),
        )
        for (op, kind), count in ordered
    )  # fmt: skip
