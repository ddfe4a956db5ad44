"""A waiver lets the gate through with a label; it never changes a verdict."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from harness.model.base import Frozen
from harness.model.scenario import Identifier


class Waiver(Frozen):
    """One documented exception (`kind: Waiver` in `scenarios/waivers/`)."""

    id: Identifier
    fingerprint: str = Field(min_length=8, description="of the expectation's verdict or of the finding")
    owner: str = Field(min_length=1)
    reason: str = Field(min_length=10)
    expires: date = Field(description="last day on which it counts")

    def counts_on(self, day: date) -> bool:
        """Whether it has not expired on `day`."""
        return day <= self.expires
