"""Says what is wrong with a metric that is not known, and which one was probably meant."""

from __future__ import annotations

from collections.abc import Mapping

from harness.model.metric import MetricSpec
from harness.scenario.problems import listed, nearest, show


def explain_unknown(written: str, metrics: Mapping[str, MetricSpec]) -> tuple[str, str]:
    """(what, advice) for a metric with which `split_metric` can do nothing."""
    if written in metrics:
        spec = metrics[written]
        return f"{show(written)} needs a statistic", f"write for instance '{_example(spec)}'; {_statistics(spec)}"
    owner = max((name for name in metrics if written.startswith(f"{name}.")), key=len, default=None)
    if owner:
        statistic = written[len(owner) + 1 :]
        spec = metrics[owner]
        meant = nearest(statistic, spec.statistics())
        advice = f"did you mean '{owner}.{meant}'?" if meant else _statistics(spec)
        return f"a {spec.kind} such as {owner} has no statistic {show(statistic)}", advice
    meant = nearest(written, [spelled for spec in metrics.values() for spelled in spellings(spec)])
    what = f"unknown metric {show(written)}"
    return what, f"did you mean '{meant}'?" if meant else f"known metrics: {listed(sorted(metrics))}"


def spellings(spec: MetricSpec) -> list[str]:
    """How a metric may be written in an expectation, with the percentiles that people use."""
    percentiles = [p for p in ("p50", "p95", "p99") if spec.accepts(p)]
    plain = [spec.name] if spec.default_statistic() else []
    return plain + [f"{spec.name}.{statistic}" for statistic in (*spec.statistics(), *percentiles)]


def _example(spec: MetricSpec) -> str:
    return f"{spec.name}.{'p95' if spec.accepts('p95') else spec.statistics()[0]}"


def _statistics(spec: MetricSpec) -> str:
    percentiles = ", any percentile such as p95" if spec.accepts("p95") else ""
    return f"it has {', '.join(spec.statistics())}{percentiles}"
