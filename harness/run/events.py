"""What happens in a run, as typed events; the console and the log listen, the runner prints nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.model.observation import CheckResult, Phase
from harness.model.plan import Plan, PlannedScenario
from harness.model.record import RunRecord


@dataclass(frozen=True)
class RunStarted:
    """The plan is on disk; nothing else has been started."""

    plan: Plan
    folder: Path


@dataclass(frozen=True)
class TargetStarting:
    """The target is being brought up."""

    target: str


@dataclass(frozen=True)
class TargetSaid:
    """What the target does now, while a person waits for it."""

    text: str


@dataclass(frozen=True)
class TargetUp:
    """Every endpoint answers."""

    endpoints: Mapping[str, str]
    seconds: float
    detail: str


@dataclass(frozen=True)
class ScenarioStarted:
    """`number` of `total` scenarios begins."""

    scenario: PlannedScenario
    number: int
    total: int


@dataclass(frozen=True)
class Progress:
    """A scenario is alive: seconds so far of at most `duration`, observations so far."""

    scenario: PlannedScenario
    seconds: float
    observations: int


@dataclass(frozen=True)
class CheckSeen:
    """A check gave an answer."""

    check: CheckResult


@dataclass(frozen=True)
class PhaseSeen:
    """The lifecycle moved on, or something broke."""

    phase: Phase


@dataclass(frozen=True)
class ScenarioFinished:
    """The method is over; it is not judged yet."""

    scenario: PlannedScenario
    seconds: float


@dataclass(frozen=True)
class TargetDown:
    """Nothing of the run is left running, except what was to be kept."""

    seconds: float
    kept: bool = False


@dataclass(frozen=True)
class RunJudged:
    """The record is on disk."""

    record: RunRecord
    folder: Path


Event = (
    RunStarted
    | TargetStarting
    | TargetSaid
    | TargetUp
    | ScenarioStarted
    | Progress
    | CheckSeen
    | PhaseSeen
    | ScenarioFinished
    | TargetDown
    | RunJudged
)
Listener = Callable[[Event], None]
