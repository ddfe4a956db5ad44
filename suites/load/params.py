"""What a `load` step may say. Cheap to import: nothing of Locust."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from harness.model.base import Frozen
from harness.model.quantity import Duration

USERS_FOLDER = Path(__file__).parent / "users"


def behaviours() -> list[str]:
    """Names of the behaviours that exist: the modules of `suites/load/users/`."""
    return sorted(path.stem for path in USERS_FOLDER.glob("*.py") if not path.stem.startswith("_"))


class ThinkTime(Frozen):
    """Pause of a user, drawn evenly from [min, max] with the seed of the run."""

    min: Duration = Field(default=1.0, description="shortest pause")
    max: Duration = Field(default=3.0, description="longest pause")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.max < self.min:
            raise ValueError(f"think_time.max ({self.max:g} s) is shorter than think_time.min ({self.min:g} s)")
        return self


class LoadParams(Frozen):
    """Parameters of a `load` step."""

    users: int = Field(ge=1, description="simulated users at once")
    behaviour: str = Field(description="name of a module of suites/load/users")
    spawn_rate: float = Field(default=10.0, gt=0, description="users that begin per second, evenly spread")
    think_time: ThinkTime = Field(
        default=ThinkTime(), description="between operations; in a paced schedule the interval"
    )
    schedule: Literal["closed", "paced"] = Field(
        default="closed",
        description="closed: next operation is due at the end of the reply plus think time; "
        "paced: at the previous due time plus think time, so that the delay of a frozen system counts",
    )
    warm_up: Duration = Field(default=0.0, description="operations due in this first part are counted, not judged")
    timeout: Duration = Field(default=10.0, gt=0, description="a reply that takes longer is a failure")
    endpoint: str = Field(default="api", description="name of the endpoint that the target announces")

    @field_validator("behaviour")
    @classmethod
    def _exists(cls, name: str) -> str:
        known = behaviours()
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(known)}"
            raise ValueError(f"there is no behaviour '{name}' in suites/load/users; {hint}")
        return name

    @model_validator(mode="after")
    def _advances(self) -> Self:
        if self.schedule == "paced" and self.think_time.max == 0:
            raise ValueError("a paced schedule needs an interval: think_time.max must be above zero")
        return self

    @property
    def ramp(self) -> float:
        """Seconds until the last user begins."""
        return (self.users - 1) / self.spawn_rate
