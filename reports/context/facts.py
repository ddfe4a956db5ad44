"""One pass over a run's observations, grouped by scenario and kind, for everything that a report shows."""

from __future__ import annotations

import glob
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from hdrh.histogram import HdrHistogram

from harness.measure.histogram import encode, merge
from harness.measure.series import Series
from harness.model.errors import RunFolderError
from harness.model.metric import MetricSpec
from harness.model.observation import CheckResult, FaultEvent, Finding, Measurement, Phase, Receipt
from harness.store.folder import OBSERVATIONS
from harness.store.reader import RunReader

# How each metric of the report is combined; the judge has the same from the suites' declarations.
_KINDS: dict[str, MetricSpec] = {
    spec.name: spec
    for spec in (
        MetricSpec(name="http.error_rate", kind="ratio", dimension="ratio", doc="Failed over all."),
        MetricSpec(name="http.requests", kind="counter", doc="Requests answered or failed."),
        MetricSpec(name="http.errors", kind="counter", doc="Failed requests by kind."),
        MetricSpec(name="load.warmup_requests", kind="counter", doc="Requests of the warm-up."),
    )
}


@dataclass
class Facts:
    """What was observed of one scenario, in the order in which it was made."""

    measurements: dict[str, list[Measurement]] = field(default_factory=lambda: defaultdict(list))
    checks: list[CheckResult] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    phases: list[Phase] = field(default_factory=list)
    faults: list[FaultEvent] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def of(self, metric: str) -> list[Measurement]:
        """The measurements of one metric taken while the method ran; empty when there is none."""
        return [m for m in self.measurements.get(metric, ()) if m.t >= 0]

    def label_values(self, metric: str, label: str) -> list[str]:
        """Every value that `label` takes on this metric, sorted."""
        return sorted({m.labels[label] for m in self.of(metric) if label in m.labels})

    def statistic(self, metric: str, statistic: str, **labels: str) -> float | None:
        """The judge's own arithmetic over the measurements that carry exactly these labels; None without a sample."""
        spec = _KINDS.get(metric) or MetricSpec(name=metric, kind="gauge", doc=metric)
        found = Series(spec, {name: glob.escape(value) for name, value in labels.items()})
        for measurement in self.of(metric):
            found.add(measurement)
        try:
            return found.statistic(statistic)
        except ValueError as error:
            raise _unreadable(metric, error) from None

    @cached_property
    def latencies(self) -> dict[str, HdrHistogram]:
        """Operation → its latencies, merged over the whole method; the empty name is all operations together."""
        encoded: dict[str, list[str]] = defaultdict(list)
        for m in self.of("http.latency"):
            if m.histogram:
                encoded[m.labels.get("op", "")].append(m.histogram)
        try:
            merged = {op: merge(parts) for op, parts in encoded.items()}
            everything = merge(encode(one) for one in merged.values())
        except ValueError as error:
            raise _unreadable("http.latency", error) from None
        return {**merged, "": everything} if merged else {}


def _unreadable(metric: str, error: ValueError) -> RunFolderError:
    return RunFolderError(f"the samples of {metric} cannot be read: {error}", where=OBSERVATIONS, advice="run it again")


def read_facts(run: RunReader) -> dict[str, Facts]:
    """Scenario id → its facts; the empty id is the run itself. Raises RunFolderError for unreadable lines."""
    facts: dict[str, Facts] = defaultdict(Facts)
    for observation in run.observations():
        mine = facts[observation.scenario]
        match observation:
            case Measurement():
                mine.measurements[observation.metric].append(observation)
            case CheckResult():
                mine.checks.append(observation)
            case Receipt():
                mine.receipts.append(observation)
            case Phase():
                mine.phases.append(observation)
            case FaultEvent():
                mine.faults.append(observation)
            case Finding():
                mine.findings.append(observation)
    return facts
