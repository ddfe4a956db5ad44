"""The steps of an infra scenario."""

from __future__ import annotations

import re
from typing import Any, Literal, Self

from pydantic import BaseModel, Field, JsonValue, field_validator, model_validator

from harness.model.base import Frozen
from harness.model.quantity import Duration
from harness.model.scenario import Identifier

SECRET_TEMPLATE = "deploy/base/secret.example.yaml"  # noqa: S105
STRANGER, LISTENER = "stranger", "listener"
_ADDRESS = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?:\d{1,5}")


class Manifests(Frozen):
    """Renders overlays and holds them against the schema and the rules."""

    overlays: list[str] = Field(min_length=1, description="folders with a kustomization, from the root of the sources")
    secret_template: str = Field(default=SECRET_TEMPLATE, description="the template of what is never in git")

    @field_validator("overlays")
    @classmethod
    def _each_once(cls, overlays: list[str]) -> list[str]:
        names = [one.rstrip("/").rpartition("/")[2] for one in overlays]
        if len(set(names)) != len(names):
            raise ValueError("two overlays have the same name")
        return overlays


class ClusterState(Frozen):
    """Reads the live cluster and holds it against the same rules, and against what only it can say."""

    settle: Duration = Field(default=60.0, description="a state that is not reached yet is asked again for so long")
    secret_template: str = Field(default=SECRET_TEMPLATE, description="the template of what is never in git")


class Attempt(Frozen):
    """One TCP connection from inside a pod."""

    id: Identifier
    from_: Identifier = Field(alias="from", description="name label of a workload, or `stranger`")
    to: str = Field(description="host:port; `listener` is a pod beside the stranger that nobody of the shop may reach")
    expect: Literal["open", "blocked"]

    @field_validator("to")
    @classmethod
    def _is_an_address(cls, to: str) -> str:
        if not _ADDRESS.fullmatch(to):
            raise ValueError(f"'{to}' is no address; write for instance database:5432")
        return to


class Reach(Frozen):
    """Connections that must come about, and connections that must not (network policies as they act)."""

    attempts: list[Attempt] = Field(min_length=1)
    timeout: Duration = Field(default=3.0, gt=0, description="a connection that takes longer is blocked")

    @model_validator(mode="after")
    def _every_block_has_a_control(self) -> Self:
        if len({one.id for one in self.attempts}) != len(self.attempts):
            raise ValueError("two attempts have the same id")
        opened = {one.to for one in self.attempts if one.expect == "open"}
        alone = [one.id for one in self.attempts if one.expect == "blocked" and one.to not in opened]
        if alone:
            raise ValueError(
                f"{', '.join(alone)}: blocked proves nothing unless another attempt opens the same address; "
                "add one from where it is allowed"
            )
        return self


class Exchange(Frozen):
    """One HTTP request. Its answer is good with the expected status, no GraphQL error, and what is to be saved."""

    name: Identifier
    method: Literal["GET", "POST"] = "GET"
    path: str = Field(pattern=r"^(/|\{)")
    json_: JsonValue = Field(default=None, alias="json", description="sent as JSON")
    graphql: str | None = Field(default=None, description="a GraphQL document, sent by POST to `path`")
    variables: dict[str, JsonValue] = Field(default={}, description="of the GraphQL document")
    status: int = 200
    over: Duration = Field(default=0.0, description="the body is sent in pieces over this time, as by a slow line")
    save: dict[str, str] = Field(default={}, description="name → dotted path into the answer; used as {name} later")

    @model_validator(mode="after")
    def _has_pieces(self) -> Self:
        if self.over and self.body() is None:
            raise ValueError("over needs a body: give json or graphql")
        return self

    def body(self) -> Any:
        """What is sent as JSON; None for nothing."""
        return {"query": self.graphql, "variables": self.variables} if self.graphql else self.json_

    @property
    def verb(self) -> str:
        """The HTTP method; GraphQL goes by POST."""
        return "POST" if self.graphql else self.method


class Witness(Frozen):
    """Requests at a constant rate, whatever the answers do (an open workload)."""

    rate: float = Field(default=20.0, gt=0, le=200, description="requests per second, all kinds together")
    requests: list[Exchange] = Field(min_length=1, description="sent in turn")
    timeout: Duration = Field(default=10.0, gt=0, description="a reply that takes longer is lost")
    endpoint: str = Field(default="api", description="name of the endpoint that the target announces")
    before: Duration = Field(default=5.0, gt=0, description="how long it runs before the disruption")
    after: Duration = Field(default=5.0, gt=0, description="how long it runs after full recovery")


Action = Literal["rolling-restart", "node-drain", "pod-kill", "pod-oom", "pod-freeze"]


class Disrupt(Frozen):
    """One disruption, with a witness before, during and after."""

    action: Action
    workload: Identifier = Field(description="name of the Deployment; its Service has the same name")
    within: Duration = Field(default=120.0, gt=0, description="from the disruption to full readiness")
    witness: Witness


class Pressure(Frozen):
    """Small clients that work as fast as they are answered."""

    workers: int = Field(default=4, ge=1, le=64, description="clients at once, each with a session of its own")
    prepare: list[Exchange] = Field(default=[], description="once per client")
    repeat: list[Exchange] = Field(min_length=1, description="until the scaler has scaled out")
    endpoint: str = "api"
    pause: Duration = Field(default=0.0, description="of a client between two rounds")


class Scale(Frozen):
    """Presses until the scaler has scaled out, then waits for the way back."""

    hpa: Identifier = Field(description="name of the HorizontalPodAutoscaler")
    pressure: Pressure
    to: int = Field(ge=2, description="replicas that count as scaled out")
    within: Duration = Field(default=180.0, gt=0, description="from the first request to `to` ready replicas")
    back_within: Duration = Field(default=300.0, gt=0, description="from the last request to the least replicas")


class Guide(Frozen):
    """Executes the shell blocks of a guide, in order, in one shell."""

    file: str = Field(default="docs/guides/deployment.md")
    within: Duration = Field(default=900.0, gt=0)


STEPS: dict[str, type[BaseModel]] = {
    "manifests": Manifests,
    "cluster": ClusterState,
    "reach": Reach,
    "disrupt": Disrupt,
    "scale": Scale,
    "guide": Guide,
}
