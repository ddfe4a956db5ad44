"""`results.ndjson`: what the journeys' own process writes down, and its reading into observations. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from harness.model.base import Frozen
from harness.model.errors import SuiteError
from harness.model.observation import CheckResult, Measurement, Observation
from suites.evidence.account import read_account

DURATION_METRIC = "e2e.duration"
Outcome = Literal["passed", "failed", "errored", "skipped"]


class SessionLine(Frozen):
    """First line: the journeys that will be walked, in order, each with the criteria that its marker cites."""

    type: Literal["session"] = "session"
    collected: dict[str, list[str]]


class StartedLine(Frozen):
    """A journey begins. `at` is in seconds since the process began."""

    type: Literal["started"] = "started"
    journey: str
    at: float


class StepLine(Frozen):
    """A named step of a journey ended."""

    type: Literal["step"] = "step"
    journey: str
    step: str = Field(description="as people read it")
    slug: str = Field(description="as labels have it")
    outcome: Outcome
    message: str = ""
    at: float
    seconds: float = Field(ge=0)


class MeasureLine(Frozen):
    """Something measured on the way. `metric` is one of the suite's (`e2e.…`), `at` as elsewhere."""

    type: Literal["measure"] = "measure"
    journey: str
    metric: str
    value: float
    labels: dict[str, str] = {}
    at: float


class AskedLine(Frozen):
    """A request that the shop answered during a step; the id is the shop's own."""

    step: str
    request_id: str


class JourneyLine(Frozen):
    """A journey ended. Its time is that of the walk, without browser start. `evidence` is relative to this file.

    `broken_step` and `asked` are told of a journey that did not pass, so that the shop's own log can be searched.
    """

    type: Literal["journey"] = "journey"
    journey: str
    outcome: Outcome
    message: str = ""
    at: float
    seconds: float = Field(ge=0)
    evidence: list[str] = []
    broken_step: str = ""
    asked: list[AskedLine] = []


class EndLine(Frozen):
    """Last line: without it the process did not come to its end."""

    type: Literal["end"] = "end"
    exit: int


Line = Annotated[
    SessionLine | StartedLine | StepLine | MeasureLine | JourneyLine | EndLine, Field(discriminator="type")
]
LINE: TypeAdapter[Line] = TypeAdapter(Line)


def read_lines(raw: str) -> Iterator[Line]:
    """The lines in order. Raises SuiteError at the first one that cannot be read."""
    return read_account(raw, LINE, "the journeys' results")


def check_account(raw: str, *, selected: Sequence[str], done: set[str]) -> Iterator[Line]:
    """The lines of one process about its journeys, in order.

    Args:
        selected: the journeys that were asked for; any other is an error.
        done: journeys whose outcome is known, also from another process; those of this account are added.

    Raises SuiteError, after everything readable has been given, when the account is not whole:
    no beginning, no end, unreadable, a journey twice or unasked, begun and never ended.
    """
    lines = read_lines(raw)
    first = next(lines, None)
    if not isinstance(first, SessionLine):
        raise SuiteError("the journeys left no results")
    yield first
    running, ended = "", False
    for line in lines:
        if ended or isinstance(line, SessionLine):
            raise SuiteError("the journeys' results hold more than one account")
        if isinstance(line, EndLine):
            ended = True
        elif line.journey not in selected or line.journey in done:
            raise SuiteError(f"the journeys' results speak of {line.journey} unasked, or twice")
        elif isinstance(line, StartedLine):
            running = line.journey
        elif isinstance(line, JourneyLine):
            running = ""
            done.add(line.journey)
        yield line
    if not ended:
        during = f" while {running} was walked" if running else ""
        raise SuiteError(f"the journeys ended in the middle{during}")
    if running:
        raise SuiteError(f"{running} was begun, and its outcome was never told")


def observations(
    line: Line, *, scenario: str, folder: str, suffix: str = "", began: float = 0.0
) -> Iterator[Observation]:
    """Every step and journey as CheckResult, the duration of answered journeys as Measurement.

    Args:
        folder: path of the results' folder as observations cite it.
        suffix: put behind every journey id, to tell viewports and engines apart.
        began: seconds of the method at which the process began.
    """
    if isinstance(line, StepLine):
        yield CheckResult(
            scenario=scenario, check=f"{line.journey}{suffix}/{line.slug}", outcome=line.outcome,
            message=line.message, duration=line.seconds, t=began + line.at + line.seconds,
        )  # fmt: skip
    elif isinstance(line, MeasureLine):
        yield Measurement(scenario=scenario, metric=line.metric, t=began + line.at, value=line.value,
                          labels=line.labels)  # fmt: skip
    elif isinstance(line, JourneyLine):
        check, t = line.journey + suffix, began + line.at + line.seconds
        evidence = [f"{folder}/{path}" for path in line.evidence]
        yield CheckResult(scenario=scenario, check=check, outcome=line.outcome, message=line.message,
                          duration=line.seconds, t=t, evidence=evidence)  # fmt: skip
        if line.outcome in ("passed", "failed"):
            yield Measurement(scenario=scenario, metric=DURATION_METRIC, t=t, value=line.seconds,
                              labels={"check": check})  # fmt: skip
