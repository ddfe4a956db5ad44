"""The system under test, described as data: which services make it up and how to know that they are ready."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from harness.model.base import Frozen
from harness.model.quantity import Duration
from harness.model.scenario import Identifier

FORWARDED = "{address}"


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
    image: str = Field(default="", description="a name of `images`, or a reference; what the containers target runs")
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


class Image(Frozen):
    """An image of the system, built from its sources."""

    name: Identifier
    dockerfile: str = Field(description="path in the project")
    stage: str = Field(default="", description="the stage of a multi-stage build; empty: the last one")
    context: list[str] = Field(min_length=1, description="files and folders of the project that the build may read")


class Addresses(Frozen):
    """A ConfigMap that tells the system how it is reached from outside the cluster."""

    configmap: str
    values: dict[str, str] = Field(description="key → text with placeholders such as {api.public_url}")


class Workload(Frozen):
    """Where a service runs on the cluster, and how the harness reaches it."""

    service: Identifier = Field(description="its name under `services`")
    kind: Literal["Deployment", "StatefulSet"] = "Deployment"
    name: Identifier
    node_port: int | None = Field(default=None, ge=30000, le=32767, description="published on 127.0.0.1")
    forward: int | None = Field(default=None, ge=1, le=65535, description="port of a pod, for what is not published")
    url: str = Field(default="http://{address}", description="the endpoint; {address} is host:port")
    metrics_port: int | None = Field(default=None, description="where every pod answers telemetry.path")

    @model_validator(mode="after")
    def _is_reached_in_one_way(self) -> Self:
        if self.node_port and self.forward:
            raise ValueError("node_port and forward: give the one or the other")
        if FORWARDED not in self.url:
            raise ValueError(f"url: must contain {FORWARDED}")
        return self


class Cluster(Frozen):
    """How the system is put on a Kubernetes cluster. Paths are those of the project."""

    config: str = Field(description="kind configuration; its host ports are replaced by free ones")
    addons: list[str] = Field(default=[], description="kustomizations that a new cluster gets first")
    overlay: str = Field(description="kustomization of the system itself")
    namespace: Identifier
    addresses: Addresses | None = None
    workloads: list[Workload] = Field(min_length=1)


class Signal(Frozen):
    """A figure that the system exposes itself, read beside every scenario."""

    metric: str = Field(description="name of the harness metric, for instance queue.depth")
    series: str = Field(description="name of the Prometheus series; all its samples are added up")
    labels: dict[str, str] = {}
    across: Literal["sum", "max"] = Field(default="sum", description="how the figures of several instances become one")


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
    images: list[Image] = []
    cluster: Cluster | None = None
    telemetry: Telemetry | None = None
