"""Acceptance criteria: the ids that scenarios, items and reports cite."""

from __future__ import annotations

from pydantic import Field

from harness.model.base import Frozen


class Criterion(Frozen):
    """One line of the launch plan."""

    id: str = Field(pattern=r"^T\d+\.\d+$")
    text: str = Field(min_length=3)
    here: str = Field(default="", description="what stands in its place in this project")


class CriteriaArea(Frozen):
    """One task of the launch plan, with its criteria."""

    id: str = Field(pattern=r"^T\d+$")
    title: str
    here: str = Field(default="", description="folder of this project that answers for it")
    criteria: list[Criterion] = Field(min_length=1)
