"""What the status page says about a part of the shop."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """How a part is, from good to bad; UNKNOWN when nobody could look."""

    OPERATIONAL = "operational"
    UNKNOWN = "unknown"
    DEGRADED = "degraded"
    DOWN = "down"

    @property
    def words(self) -> str:
        """What people read."""
        return {"operational": "Working", "unknown": "Being checked", "degraded": "Slower than usual", "down": "Down"}[
            self
        ]

    @property
    def rank(self) -> int:
        """The higher, the worse."""
        return list(State).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """The state of a part and what it means for customers; ``checked_at`` is None as long as nobody has looked."""

    name: str
    title: str
    state: State
    message: str
    checked_at: datetime | None


SUMMARIES = {
    State.OPERATIONAL: "Everything works.",
    State.UNKNOWN: "We are having a look.",
    State.DEGRADED: "Some things take longer than usual.",
    State.DOWN: "Something does not work at the moment.",
}


def worst(findings: list[Finding]) -> State:
    """Return the worst state of all parts."""
    return max((finding.state for finding in findings), key=lambda state: state.rank, default=State.UNKNOWN)
