"""The system under test, described as data: which services make it up and how to know that they are ready."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from harness.model.base import Frozen
from harness.model.quantity import Duration
from harness.model.scenario import Identifier


class Readiness(Frozen):
    """Ready when `http` answers 200, or when `log` has occurred in the service's log."""

    http: str | None = Field(default=None, pattern=r"^/")
    log: str | None = None
    within: Duration = 60.0


class Service(Frozen):
    """One process. `{port}`, `{host}`, `{name.url}` and `{name.port}` are filled in; python is this interpreter."""

    name: Identifier
    role: Literal["database", "queue", "storage", "application", "double", "job"]
    embedded: Literal["postgresql", "valkey"] | None = None
    command: list[str] = []
    env: dict[str, str] = {}
    ready: Readiness | None = None
    needs: list[str] = []
    ports: list[Identifier] = Field(default=[], description="further ports: {smtp} for itself, {mail.smtp} for others")
    endpoint: str | None = Field(default=None, description="name under which `launchgate up` announces it")
    stop_within: Duration = Field(default=10.0, description="seconds between SIGTERM and SIGKILL")

    @model_validator(mode="after")
    def _further_ports_have_names_of_their_own(self) -> Self:
        taken = sorted({"host", "port", "url"} & set(self.ports))
        if taken:
            raise ValueError(f"ports: '{taken[0]}' already stands for something else; name it after what listens there")
        if len(set(self.ports)) != len(self.ports):
            raise ValueError("ports: a name occurs twice")
        return self


class Signal(Frozen):
    """A figure that the system exposes itself, read beside every scenario."""

    metric: str = Field(description="name of the harness metric, for instance queue.depth")
    series: str = Field(description="name of the Prometheus series; all its samples are added up")
    labels: dict[str, str] = {}


class Telemetry(Frozen):
    """Where the system's own figures are read."""

    endpoint: str = "api"
    path: str = "/metrics"
    signals: list[Signal] = []


class System(Frozen):
    """`system.yaml` of a system under test (`kind: System`)."""

    name: Identifier
    title: str = ""
    environment: str = Field(default="test", description="what guards know it as; production must be named by them")
    sources: list[str] = Field(default=[], description="folders that a planted defect may change, in a copy")
    env: dict[str, str] = Field(default={}, description="given to every command")
    services: list[Service] = Field(min_length=1)
    telemetry: Telemetry | None = None
