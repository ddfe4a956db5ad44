"""Observations: facts, unjudged, append-only. One line of `observations.ndjson` each."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from harness.model.base import Frozen


class Measurement(Frozen):
    """A figure: one reading, an increment, a ratio's numerator, or a whole histogram."""

    kind: Literal["measurement"] = "measurement"
    scenario: str
    metric: str
    t: float = Field(description="seconds since the method began; negative before it")
    value: float | None = Field(default=None, description="base unit; the numerator for a ratio")
    count: int = Field(default=1, ge=0, description="samples behind it; the denominator for a ratio")
    histogram: str | None = Field(default=None, description="HdrHistogram V2, base64, of integer microseconds")
    labels: dict[str, str] = {}


class CheckResult(Frozen):
    """One yes-or-no check. `errored` means that the check itself broke: it is no sample."""

    kind: Literal["check"] = "check"
    scenario: str
    check: str
    outcome: Literal["passed", "failed", "errored", "skipped"]
    message: str = ""
    duration: float = Field(default=0.0, ge=0, description="seconds")
    attempt: int = Field(default=1, ge=1)
    t: float = 0.0
    evidence: list[str] = Field(default=[], description="paths inside the run folder")


class Finding(Frozen):
    """Something a scanner saw, with a fingerprint that is the same in every run."""

    kind: Literal["finding"] = "finding"
    scenario: str
    fingerprint: str
    title: str
    severity: Literal["info", "low", "medium", "high", "critical"]
    confidence: Literal["low", "medium", "high"] = "medium"
    location: str = ""
    detail: str = ""
    t: float = 0.0
    evidence: list[str] = []


class FaultEvent(Frozen):
    """A fault injected or healed."""

    kind: Literal["fault"] = "fault"
    scenario: str
    fault: str
    state: Literal["injected", "healed", "heal-failed"]
    scope: str = Field(description="what exactly was hit")
    t: float = 0.0


class Receipt(Frozen):
    """A coverage receipt: what a detector was to look at, and what it really looked at."""

    kind: Literal["receipt"] = "receipt"
    scenario: str
    detector: str = Field(description="the tool or adapter, for instance locust")
    item: str = Field(description="what is counted, for instance users, journeys, files")
    required: float = Field(ge=0)
    seen: float = Field(ge=0)
    skipped: list[str] = Field(default=[], description="what was passed over, each with its reason")
    t: float = 0.0

    @property
    def complete(self) -> bool:
        """All that was required was seen, something was required, and nothing was passed over."""
        return 0 < self.required <= self.seen and not self.skipped


PhaseState = Literal["started", "finished", "failed", "unavailable", "refused", "aborted", "interrupted"]


class Phase(Frozen):
    """The lifecycle's own word: what started, ended, broke. The empty scenario is the run itself."""

    kind: Literal["phase"] = "phase"
    scenario: str = ""
    name: Literal["run", "target", "scenario", "steady-state-before", "steady-state-after", "collect", "defect"]
    state: PhaseState
    detail: str = ""
    advice: str = ""
    wall: float = Field(description="seconds since the epoch")
    evidence: list[str] = []
    facts: dict[str, Any] = Field(default={}, description="figures for the report, such as the workload model")


Observation = Annotated[Measurement | CheckResult | Finding | FaultEvent | Receipt | Phase, Field(discriminator="kind")]
OBSERVATION: TypeAdapter[Observation] = TypeAdapter(Observation)
OBSERVATIONS: TypeAdapter[list[Observation]] = TypeAdapter(list[Observation])
