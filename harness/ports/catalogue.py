"""What may be written in a scenario of this installation: suites, metrics, targets, criteria."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.model.metric import MetricSpec
from harness.ports.metrics import COMMON_METRICS
from harness.ports.suite import SuiteSpec


@dataclass(frozen=True)
class Catalogue:
    """Handed to the loader and the planner, so that neither knows a suite or a target by name.

    Attributes:
        suites: name → declaration.
        targets: name → the capabilities that the target has.
        criteria: id of `scenarios/criteria.yaml` → its text.
    """

    suites: Mapping[str, SuiteSpec]
    targets: Mapping[str, frozenset[str]]
    criteria: Mapping[str, str]

    def metrics(self, suite: str) -> dict[str, MetricSpec]:
        """Every metric that an expectation of `suite` may name: the common ones and its own."""
        own = self.suites[suite].metrics if suite in self.suites else ()
        return {spec.name: spec for spec in (*COMMON_METRICS, *own)}
