"""`results.ndjson`: what the process that looks writes down, and its reading into observations. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from harness.model.base import Frozen
from harness.model.errors import SuiteError
from harness.model.observation import CheckResult
from suites.evidence.account import read_account

Outcome = Literal["passed", "failed", "errored", "skipped"]


class BeginLine(Frozen):
    """First line: how many checks will be told."""

    type: Literal["begin"] = "begin"
    checks: int = Field(ge=0)


class CheckLine(Frozen):
    """One thing was looked at. `at` is in seconds since the process began, `evidence` relative to this file."""

    type: Literal["check"] = "check"
    check: str
    outcome: Outcome
    message: str = ""
    at: float
    seconds: float = Field(ge=0)
    evidence: list[str] = []


class EndLine(Frozen):
    """Last line: without it the process did not come to its end."""

    type: Literal["end"] = "end"


Line = Annotated[BeginLine | CheckLine | EndLine, Field(discriminator="type")]
LINE: TypeAdapter[Line] = TypeAdapter(Line)


def read_lines(raw: str) -> Iterator[Line]:
    """The lines in order. Raises SuiteError at the first one that cannot be read."""
    return read_account(raw, LINE, "the docs results")


def parse(raw: str, *, scenario: str, checks: Sequence[str], folder: str, began: float = 0.0) -> Iterator[CheckResult]:
    """Every check of the plan, told once.

    Args:
        checks: what was to be looked at; anything else is an error.
        folder: path of the results' folder as observations cite it.
        began: seconds of the method at which the process began.

    Raises SuiteError, after everything readable has been given, when the account is not whole: no beginning, no end,
    unreadable, another number of checks than planned, a check twice, unasked or never told.
    """
    lines = read_lines(raw)
    first = next(lines, None)
    if not isinstance(first, BeginLine):
        raise SuiteError("the guides were not looked at: there are no results")
    if first.checks != len(checks):
        raise SuiteError(f"{len(checks)} checks were planned, and the results are of {first.checks}")
    left, ended = dict.fromkeys(checks), False
    for line in lines:
        if ended or isinstance(line, BeginLine):
            raise SuiteError("the docs results hold more than one account")
        if isinstance(line, EndLine):
            ended = True
        elif line.check not in left:
            raise SuiteError(f"the docs results speak of {line.check} unasked, or twice")
        else:
            del left[line.check]
            yield _result(line, scenario, folder, began)
    if not ended:
        raise SuiteError(f"looking at the guides ended in the middle, before {next(iter(left), 'its end')}")
    if left:
        raise SuiteError(f"{len(left)} checks were never told, the first is {next(iter(left))}")


def _result(line: CheckLine, scenario: str, folder: str, began: float) -> CheckResult:
    evidence = [f"{folder}/{path}" for path in line.evidence]
    return CheckResult(
        scenario=scenario, check=line.check, outcome=line.outcome, message=line.message, duration=line.seconds,
        t=began + line.at + line.seconds, evidence=evidence or [f"{folder}/results.ndjson"],
    )  # fmt: skip
