"""The step of an e2e scenario."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from harness.model.base import Frozen
from harness.model.quantity import Duration
from suites.browsing.viewport import Engine, Viewport
from suites.evidence.patterns import is_pattern

JourneyId = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]


def _no_doubles(ids: list[str]) -> list[str]:
    if len(set(ids)) != len(ids):
        raise ValueError("a journey is named twice")
    return ids


class Journeys(Frozen):
    """Walks the named journeys in a real browser."""

    select: Annotated[list[JourneyId], AfterValidator(_no_doubles)] = Field(
        min_length=1, description="journey ids, as in @pytest.mark.journey"
    )
    endpoint: str = Field(default="api", description="name of the endpoint that the target announces")
    viewport: Viewport = "desktop"
    engine: Engine = Field(default="chromium", description="the setting `engine` (LAUNCHGATE_ENGINE) comes before it")
    workers: int = Field(default=2, ge=1, le=8, description="processes that share the journeys, each with a browser")
    times: int = Field(
        default=1, ge=1, le=100, description="rounds: all journeys are walked that often, each one counts"
    )
    allow_console: list[Annotated[str, Field(min_length=1), AfterValidator(is_pattern)]] = Field(
        default=[], description="regular expressions: console errors that do not fail a journey"
    )
    patience: Duration = Field(default=8.0, gt=0, description="seconds to wait for one thing to appear on a page")
    timeout: Duration = Field(default=120.0, gt=0, description="seconds that one journey may take")

    @property
    def suffix(self) -> str:
        """What is put behind the ids of checks, so that a journey in two windows or engines is two checks."""
        engine = "" if self.engine == "chromium" else f"@{self.engine}"
        return engine + ("" if self.viewport == "desktop" else f"@{self.viewport}")
