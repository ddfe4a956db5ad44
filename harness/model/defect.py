"""A planted defect: a small declared change that must turn a detector red."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from harness.model.base import Frozen
from harness.model.quantity import Duration
from harness.model.scenario import Identifier


class PatchChange(Frozen):
    """Replaces one piece of text in a copy of the system's sources. `find` must occur exactly once."""

    kind: Literal["patch"]
    file: str
    find: str = Field(min_length=1)
    replace: str


class SettingChange(Frozen):
    """Runs the harness with another setting, for instance a browser that is not there."""

    kind: Literal["setting"]
    name: str
    value: str


class KillChange(Frozen):
    """Ends a service of the target with SIGKILL in mid-run."""

    kind: Literal["kill"]
    service: str
    scenario: str
    at: Duration = Field(description="seconds after the scenario's method began")


Change = Annotated[PatchChange | SettingChange | KillChange, Field(discriminator="kind")]


class Defect(Frozen):
    """One file of `suites/selftest/defects/` (`kind: Defect`)."""

    id: Identifier
    title: str
    changes: list[Change] = Field(min_length=1)
    expect: Literal["fail", "inconclusive", "error"] = Field(description="the verdict that it must cause")
    turns_red: dict[str, list[str]] = Field(
        min_length=1, description="scenario id → the expectation ids that must not pass; [] for the whole scenario"
    )
