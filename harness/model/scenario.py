"""A scenario as its author writes it (`kind: Scenario`)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from harness.model.base import Frozen
from harness.model.quantity import Duration
from harness.model.threshold import ThresholdField

API_VERSION = "launchgate/v1"
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=80)]
LabelValue = str | list[str]


def _as_text(value: Any) -> Any:
    """Labels are text; YAML reads `status: 200` as a number."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


class Metadata(Frozen):
    """Who owns the scenario and which acceptance criteria it speaks to."""

    id: Identifier
    title: str = Field(min_length=3)
    owner: str = Field(min_length=1, description="a role, for instance qa or platform")
    criteria: list[str] = Field(default=[], description="ids of scenarios/criteria.yaml")
    description: str = ""


class Profile(Frozen):
    """How long and how much: `quick` for every change, `full` for the criterion itself."""

    evidence: Literal["partial", "full"] = Field(
        description="full: what the criteria ask for; partial: shortened, so a criterion stays 'in progress'"
    )
    duration: Duration = Field(default=60.0, gt=0, description="seconds that the method may take at most")
    with_: dict[str, Any] = Field(default={}, alias="with", description="step parameters that this profile overrides")


class Guard(Frozen):
    """Where the scenario may act at all. What lies outside is refused (exit 40)."""

    hosts: list[str] = Field(default=["127.0.0.0/8", "::1/128"], description="networks of allowed addresses")
    namespaces: list[str] = Field(default=[], description="allowed Kubernetes namespaces")
    environments: list[str] = Field(default=[], description="allowed environments; empty: any but production")
    max_pods: int = Field(default=1, ge=0, description="largest blast radius of a fault")


class Probe(Frozen):
    """One part of the steady-state hypothesis: it must hold before and after the method."""

    probe: Literal["http"]
    path: str = Field(pattern=r"^/")
    endpoint: str = Field(default="api", description="name of the endpoint that the target announces")
    status: int = 200
    within: Duration = Field(default=5.0, gt=0, description="seconds for one answer")


class Window(Frozen):
    """Seconds of the method, from its start, over which an expectation looks."""

    from_: Duration = Field(default=0.0, alias="from")
    to: Duration | None = None


class Expectation(Frozen):
    """What must be observed. Suites observe, only the judge compares."""

    metric: str = Field(description="a metric and its statistic, such as http.latency.p95")
    labels: dict[str, Annotated[LabelValue, BeforeValidator(_as_text)]] = Field(
        default={}, description="what to select; * matches within a value; a list means: each value on its own"
    )
    pass_: ThresholdField = Field(alias="pass", description="the threshold that must hold, such as '< 500ms'")
    warn: ThresholdField | None = Field(default=None, description="wider than pass: between the two is a warning")
    abort: ThresholdField | None = Field(default=None, description="stops the method at once, such as '> 10s for 10s'")
    window: Window = Window()
    min_samples: int = Field(default=1, ge=1, description="fewer samples are inconclusive, never a pass")
    validity: bool = Field(default=False, description="when it does not hold the measurement itself is void")
    criteria: list[str] | None = Field(default=None, description="default: those of the scenario")
    id: Identifier | None = None


class Scenario(Frozen):
    """One file of `scenarios/<suite>/`."""

    apiVersion: Literal["launchgate/v1"]  # noqa: N815  the name that every Kubernetes user knows
    kind: Literal["Scenario"]
    metadata: Metadata
    suite: str
    targets: list[str] = Field(default=[], description="targets it runs on; empty: any with the capabilities")
    profiles: dict[Identifier, Profile] = Field(min_length=1)
    guard: Guard = Guard()
    steady_state: list[Probe] = []
    method: list[dict[str, Any]] = Field(min_length=1, description="steps; the suite names the kinds that it knows")
    expectations: list[Expectation] = Field(min_length=1)
