"""Verdicts and how they merge: worst wins."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from pydantic import Field

from harness.model.base import Frozen
from harness.model.errors import ExitCode


class Status(StrEnum):
    """`refused > error > fail > inconclusive > warn > pass`."""

    PASS = "pass"  # noqa: S105  no password
    WARN = "warn"
    INCONCLUSIVE = "inconclusive"
    FAIL = "fail"
    ERROR = "error"
    REFUSED = "refused"

    @property
    def rank(self) -> int:
        """0 for pass, higher is worse."""
        return list(Status).index(self)

    @property
    def exit_code(self) -> ExitCode:
        """The process exit code that stands for this status."""
        return {
            Status.PASS: ExitCode.PASS,
            Status.WARN: ExitCode.PASS,
            Status.INCONCLUSIVE: ExitCode.INCONCLUSIVE,
            Status.FAIL: ExitCode.FAIL,
            Status.ERROR: ExitCode.ERROR,
            Status.REFUSED: ExitCode.REFUSED,
        }[self]


def worst(statuses: Iterable[Status]) -> Status:
    """The worst of them; of nothing at all, inconclusive: an empty list has shown nothing."""
    return max(statuses, key=lambda s: s.rank, default=Status.INCONCLUSIVE)


class ExpectationVerdict(Frozen):
    """One expectation held against what was observed."""

    id: str
    status: Status
    observed: float | None = Field(default=None, description="base unit of the metric")
    observed_text: str = Field(default="–", description="the same for people")
    threshold: str
    samples: int = 0
    min_samples: int = 1
    reason: str
    validity: bool = False
    criteria: list[str] = []
    evidence: list[str] = Field(default=[], description="files of the run folder that show it")
    fingerprint: str = Field(description="same scenario, expectation and target: same fingerprint in every run")
    waived_by: str | None = None


class ScenarioVerdict(Frozen):
    """Everything said about one scenario."""

    id: str
    title: str
    suite: str
    owner: str
    status: Status
    own_status: Status = Field(default=Status.PASS, description="of its lifecycle, steady state and receipts alone")
    reasons: list[str] = Field(description="why own_status is what it is; worst first, empty for pass")
    expectations: list[ExpectationVerdict]
    duration: float = Field(default=0.0, description="seconds from start to finish")
    evidence_profile: str
    flaky: list[str] = Field(default=[], description="checks that passed only on a later attempt")


class CriterionStatus(StrEnum):
    """What the run says of one acceptance criterion."""

    MET = "met"
    IN_PROGRESS = "in progress"
    NOT_MET = "not met"
    UNKNOWN = "unknown"


class CriterionVerdict(Frozen):
    """One cited criterion and the expectations that speak to it."""

    id: str
    status: CriterionStatus
    because: str
