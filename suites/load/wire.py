"""What passes between the suite and the Locust child: one configuration in, a stream of NDJSON lines out."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from harness.model.base import Frozen

FINISHED = "duration"  # end reason of a run that took its whole time


class ChildConfig(Frozen):
    """Everything that the child knows. Times are seconds; files lie beside the configuration file."""

    host: str = Field(pattern=r"^https?://", description="base URL of the system under test")
    module: str = Field(description="Python module that holds the user classes")
    users: int = Field(ge=1)
    spawn_rate: float = Field(gt=0)
    think_min: float = Field(ge=0)
    think_max: float = Field(ge=0)
    schedule: Literal["closed", "paced"]
    begin: float = Field(default=0.0, ge=0, description="since the method began")
    warm_up: float = Field(default=0.0, ge=0, description="after `begin`")
    end: float = Field(gt=0, description="since the method began; nothing is due from then on")
    timeout: float = Field(gt=0)
    epoch: float = Field(description="when the method began, seconds since 1970")
    seed: int
    stream: str = "load.ndjson"
    samples: str = "samples.csv.gz"
    failures: str = "failures.ndjson"

    @model_validator(mode="after")
    def _some_time_is_left(self) -> Self:
        if self.begin + self.warm_up >= self.end:
            raise ValueError(
                f"the warm-up ends at {self.begin + self.warm_up:g} s, not before the end at {self.end:g} s"
            )
        return self

    def user_seconds(self, begin: float) -> float:
        """Time that all users together spend in the load when each starts in its turn and stays to the end.

        `begin` is when the first one could really start: the generator itself needs a second or two to come up.
        """
        starts = (begin + index / self.spawn_rate for index in range(self.users))
        return sum(max(0.0, self.end - start) for start in starts)


class WorkloadLine(Frozen):
    """First line: what is about to be offered, for the report."""

    kind: Literal["workload"] = "workload"
    wall: float
    facts: dict[str, Any]


class OperationLine(Frozen):
    """Requests of one operation that were due in one second and have ended since the last flush."""

    kind: Literal["operation"] = "operation"
    op: str
    second: int = Field(description="whole second, since the method began, in which they were due")
    phase: Literal["measured", "warm-up"]
    ok: int = Field(ge=0)
    failed: dict[str, int] = Field(description="failures by kind")
    latency: str | None = Field(description="histogram, due → end, of the good ones")
    service: str | None = Field(description="histogram, send → end, of the good ones")

    @property
    def completed(self) -> int:
        """Good and bad."""
        return self.ok + sum(self.failed.values())


class ReadingLine(Frozen):
    """The generator itself, about once a second."""

    kind: Literal["reading"] = "reading"
    t: float
    cpu: float = Field(ge=0, description="CPU seconds per second since the last reading; 1 is one core")
    memory: int = Field(ge=0, description="bytes")
    users: int = Field(ge=0)


class LagLine(Frozen):
    """How late the generator sent what has ended since the last flush, without warm-up."""

    kind: Literal["lag"] = "lag"
    t: float
    sends: int = Field(ge=1)
    lag: str = Field(description="histogram")


class SummaryLine(Frozen):
    """Last line; a stream without it was cut off."""

    kind: Literal["summary"] = "summary"
    t: float
    lines: int = Field(description="lines before this one")
    users_planned: int
    users_started: int
    users_peak: int
    user_seconds_planned: float = Field(description="over all users, from each one's turn in the ramp to the end")
    user_seconds: float = Field(description="that users were really in the load")
    operations: list[str] = Field(description="those that the behaviour declares")
    due: int = Field(description="requests that came due before the end, sent or not")
    completed: int = Field(description="requests that ended, warm-up included")
    unfinished: int = Field(description="sent, and cut off before their reply")
    unsent: int = Field(description="due and never sent")
    measured: dict[str, int] = Field(description="requests that ended, by operation, without warm-up")
    end_reason: str
    behaviour_errors: list[str] = []


Line = Annotated[WorkloadLine | OperationLine | ReadingLine | LagLine | SummaryLine, Field(discriminator="kind")]
LINE: TypeAdapter[Line] = TypeAdapter(Line)
