"""A small catalogue, so that these tests depend on no suite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from harness.model.base import Frozen
from harness.model.metric import MetricSpec
from harness.model.plan import Step
from harness.model.quantity import Duration
from harness.model.scenario import Expectation
from harness.ports.catalogue import Catalogue
from harness.ports.suite import SuiteSpec


class Load(Frozen):
    """Users who do something."""

    users: int = Field(gt=0, description="how many users at once")
    behaviour: Literal["checkout", "browse"] = "browse"
    think_time: Duration = Field(default=1.0, description="pause between two actions of a user")


class Fault(Frozen):
    """Breaks something."""

    kind: Literal["pod-kill", "latency"]
    selector: str = Field(min_length=1)


class Get(Frozen):
    """One request."""

    path: str = Field(pattern=r"^/")
    status: int = 200
    times: int = Field(default=1, ge=1)


LATENCY = MetricSpec(name="http.latency", kind="distribution", dimension="time", labels=("op",), doc="Time to answer.")
ERRORS = MetricSpec(
    name="http.error_rate", kind="ratio", dimension="ratio", high=1.0, labels=("op", "status"), doc="Failed requests."
)
REQUESTS = MetricSpec(name="http.requests", kind="counter", labels=("op",), doc="Requests sent.")
OFFERED = MetricSpec(name="load.offered", kind="ratio", dimension="ratio", high=1.0, doc="Users started.")


def _samples(metric: str, steps: Sequence[Step], duration: float) -> float | None:
    if not metric.startswith("http."):
        return None
    each = [s.params["users"] * duration / max(s.params["think_time"], 0.001) for s in steps if s.kind == "load"]
    return float(sum(each))


def _standing(steps: Sequence[Step]) -> Sequence[Expectation]:
    return [Expectation.model_validate({"metric": "load.offered", "pass": ">= 95%", "validity": True})]


LOAD = SuiteSpec(
    name="load",
    steps={"load": Load, "fault": Fault},
    metrics=(LATENCY, ERRORS, REQUESTS, OFFERED),
    needs=lambda steps: frozenset({"kubernetes-api"} if any(s.kind == "fault" for s in steps) else ()),
    standing=_standing,
    most_samples=_samples,
)
SMOKE = SuiteSpec(name="smoke", steps={"get": Get}, metrics=(LATENCY,))
CRITERIA = {"T1.8": "Rolling update", "T4.1": "Baseline", "T8.6": "Smoke"}


def catalogue() -> Catalogue:
    """Two suites, two targets, three criteria."""
    return Catalogue(
        suites={"load": LOAD, "smoke": SMOKE},
        targets={"process": frozenset({"sampled"}), "kubernetes": frozenset({"sampled", "kubernetes-api"})},
        criteria=CRITERIA,
    )
