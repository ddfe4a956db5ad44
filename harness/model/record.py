"""The run record: the plan and the observations, judged. Deterministic: it holds no time of judging."""

from __future__ import annotations

from pydantic import Field

from harness.model.base import Frozen
from harness.model.plan import GitState
from harness.model.verdict import CriterionVerdict, ScenarioVerdict, Status


class RunRecord(Frozen):
    """`record.json` of a run folder."""

    api_version: str = "launchgate/v1"
    run_id: str
    created: str
    plan_digest: str
    system: str
    target: str
    profile: str
    git: GitState
    status: Status
    own_status: Status = Field(default=Status.PASS, description="of the run itself, beside its scenarios")
    reasons: list[str] = Field(description="why own_status is what it is; worst first")
    finished: bool = Field(description="false for a run that was killed or interrupted")
    duration: float = 0.0
    scenarios: list[ScenarioVerdict]
    criteria: list[CriterionVerdict]
    defect: str | None = None
    observations: int = Field(default=0, description="how many were judged")


class GateDecision(Frozen):
    """What a policy makes of a record."""

    policy: str
    status: Status = Field(description="after waivers and policy; the record keeps the raw one")
    open: bool
    reasons: list[str]
    waivers_used: list[str] = []
