"""What a metric is: its kind, unit, labels and the values it can take."""

from __future__ import annotations

import math
import re
from typing import Literal

from pydantic import Field

from harness.model.base import Frozen
from harness.model.quantity import Dimension

MetricKind = Literal["distribution", "counter", "gauge", "ratio"]
_PERCENTILE = re.compile(r"^p(\d{1,2}(?:\.\d+)?)$")
_STATISTICS: dict[MetricKind, tuple[str, ...]] = {
    "distribution": ("min", "mean", "max", "count"),
    "counter": ("sum", "rate"),
    "gauge": ("min", "mean", "max", "last"),
    "ratio": ("ratio",),
}


class MetricSpec(Frozen):
    """One metric that a suite, target or sampler can observe.

    - distribution: samples or histograms, judged by percentile, mean, min, max, count
    - counter: increments, judged by sum or rate per second
    - gauge: readings, judged by min, mean, max, last or percentile over the readings
    - ratio: numerator (`value`) over denominator (`count`), summed before dividing
    """

    name: str
    kind: MetricKind
    dimension: Dimension = "number"
    low: float = 0.0
    high: float = math.inf
    labels: tuple[str, ...] = ()
    doc: str = Field(description="one sentence: what is measured, and where")

    def statistics(self) -> tuple[str, ...]:
        """The named statistics; distributions and gauges take any pNN beside them."""
        return _STATISTICS[self.kind]

    def accepts(self, statistic: str) -> bool:
        """Whether `statistic` can be computed for this kind."""
        if statistic in self.statistics():
            return True
        return self.kind in ("distribution", "gauge") and _PERCENTILE.match(statistic) is not None

    def default_statistic(self) -> str | None:
        """The statistic meant when none is written; None where one must be named."""
        return {"counter": "sum", "ratio": "ratio"}.get(self.kind)


def percentile_of(statistic: str) -> float | None:
    """`"p99.9"` → 99.9; None for a statistic that is no percentile."""
    found = _PERCENTILE.match(statistic)
    return float(found[1]) if found else None


def split_metric(text: str, known: dict[str, MetricSpec]) -> tuple[MetricSpec, str] | None:
    """`"http.latency.p95"` → (spec of `http.latency`, `"p95"`); None when no known metric fits."""
    if text in known:
        statistic = known[text].default_statistic()
        return (known[text], statistic) if statistic else None
    base, dot, statistic = text.rpartition(".")
    # p99.9 has a dot of its own
    if dot and base not in known and re.search(r"\.p\d{1,2}$", base):
        base, _, head = base.rpartition(".")
        statistic = f"{head}.{statistic}"
    spec = known.get(base)
    return (spec, statistic) if spec and spec.accepts(statistic) else None
