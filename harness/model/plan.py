"""A plan: scenarios resolved against one target and one profile, nothing left to decide at run time."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic import Field

from harness.model.base import Frozen
from harness.model.defect import Defect
from harness.model.metric import MetricSpec
from harness.model.scenario import Guard, Metadata, Probe
from harness.model.threshold import Threshold
from harness.model.waiver import Waiver


class Step(Frozen):
    """One step of a method: the kind that the suite knows, its validated parameters, when it starts."""

    id: str
    kind: str
    params: dict[str, Any]
    at: float = Field(default=0.0, description="seconds after the method began")


class PlannedExpectation(Frozen):
    """An expectation with everything resolved: one metric, one statistic, one label selector."""

    id: str
    metric: MetricSpec
    statistic: str
    labels: dict[str, str] = {}
    pass_: Threshold = Field(alias="pass")
    warn: Threshold | None = None
    abort: Threshold | None = None
    window_from: float = 0.0
    window_to: float | None = None
    min_samples: int = 1
    validity: bool = False
    standing: bool = Field(default=False, description="added by the suite; an author cannot leave it out")
    criteria: list[str] = []
    source: str = Field(default="", description="file:line of the scenario")


class PlannedScenario(Frozen):
    """One scenario under one profile."""

    metadata: Metadata
    suite: str
    source: str = Field(description="file, relative to the project")
    evidence: str = Field(description="partial or full, see Profile")
    duration: float = Field(description="seconds that the method may take at most")
    guard: Guard
    steady_state: list[Probe] = []
    steps: list[Step]
    expectations: list[PlannedExpectation]
    needs: list[str] = Field(default=[], description="capabilities, derived from the method")

    @property
    def id(self) -> str:
        """The scenario's id."""
        return self.metadata.id


class GitState(Frozen):
    """The commit that was judged. `dirty` means that uncommitted changes were judged with it."""

    commit: str = "unknown"
    branch: str = ""
    dirty: bool = False


class Plan(Frozen):
    """What will be run, saved before anything starts."""

    api_version: str = "launchgate/v1"
    run_id: str
    created: str = Field(description="ISO 8601, UTC")
    system: str = Field(description="name of the system under test")
    target: str
    environment: str = Field(default="", description="which environment, for the remote target")
    profile: str
    seed: int
    git: GitState
    tools: dict[str, str] = Field(description="name → version")
    scenarios: list[PlannedScenario]
    known_criteria: dict[str, str] = Field(description="every id of criteria.yaml → its text")
    waivers: list[Waiver] = []
    defect: Defect | None = Field(default=None, description="a planted defect: such a run never opens a gate")
    digest: str = Field(default="", description="SHA-256 of all but run_id, created and itself")

    def with_digest(self) -> Plan:
        """The same plan with its digest filled in."""
        return self.model_copy(update={"digest": self.compute_digest()})

    def compute_digest(self) -> str:
        """SHA-256 over the canonical JSON; equal plans made at different times have equal digests."""
        body = self.model_dump(mode="json", by_alias=True, exclude={"run_id", "created", "digest"})
        return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
