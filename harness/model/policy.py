"""A policy says what a gate asks of a run (`kind: Policy` in `scenarios/policies/`)."""

from __future__ import annotations

from pydantic import Field

from harness.model.base import Frozen
from harness.model.scenario import Identifier


class Policy(Frozen):
    """Which scenarios and criteria must hold, and what may be waived."""

    id: Identifier
    title: str = ""
    scenarios: list[str] = Field(default=[], description="scenario ids that must be in the run")
    criteria: list[str] = Field(default=[], description="criteria that must be met, by full evidence")
    allow_warn: bool = True
    allow_dirty: bool = Field(default=True, description="whether uncommitted changes may be judged")
    max_waivers: int = Field(default=0, ge=0, description="how many waivers may be in use at once")
    never_waive: list[str] = Field(default=[], description="criteria that no waiver lets through")
