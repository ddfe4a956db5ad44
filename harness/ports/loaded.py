"""A scenario that was read, checked and resolved: what the loader hands to the planner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.model.plan import PlannedExpectation, Step
from harness.model.scenario import Profile, Scenario


@dataclass(frozen=True)
class ResolvedProfile:
    """The method and the expectations under one profile, nothing left to decide.

    Attributes:
        steps: parameters after the profile's overrides, validated by the suite's own models.
        expectations: one per label value; those that the suite adds come last, with `standing` set.
        needs: capabilities of a target that the steps need.
    """

    profile: Profile
    steps: tuple[Step, ...]
    expectations: tuple[PlannedExpectation, ...]
    needs: frozenset[str]


@dataclass(frozen=True)
class LoadedScenario:
    """A scenario without problems. Only the loader makes one, so that nothing unchecked is ever planned.

    Attributes:
        source: its file, relative to the project, with forward slashes.
        profiles: every profile that the scenario declares, resolved.
    """

    scenario: Scenario
    source: str
    profiles: Mapping[str, ResolvedProfile]

    @property
    def id(self) -> str:
        """The scenario's id."""
        return self.scenario.metadata.id
