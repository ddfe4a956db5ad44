"""What a suite is, and what it is given. Suites observe; they never judge."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel

from harness.model.metric import MetricSpec
from harness.model.observation import Observation
from harness.model.plan import PlannedScenario, Step
from harness.model.scenario import Expectation


@dataclass(frozen=True)
class SuiteSpec:
    """A suite's declaration: what may be written in a scenario of it. Importing it must be cheap.

    Attributes:
        steps: step kind → the pydantic model of its parameters.
        metrics: what it can observe; an expectation on anything else is refused.
        needs: the capabilities of the target that a method needs.
        standing: expectations that are added to every plan, so that no author can leave them out.
        most_samples: upper bound of samples per metric that a method can give; None where unknown.
    """

    name: str
    steps: Mapping[str, type[BaseModel]]
    metrics: Sequence[MetricSpec]
    needs: Callable[[Sequence[Step]], frozenset[str]] = lambda steps: frozenset()
    standing: Callable[[Sequence[Step]], Sequence[Expectation]] = lambda steps: ()
    most_samples: Callable[[str, Sequence[Step], float], float | None] = lambda metric, steps, duration: None


@dataclass(frozen=True)
class ToolResult:
    """A finished child process."""

    argv: tuple[str, ...]
    returncode: int
    log: Path
    timed_out: bool = False
    stopped: str = ""
    tail: str = field(default="", compare=False)


class Context(Protocol):
    """What the lifecycle hands to a running scenario.

    Attributes:
        access: what the target gives beyond URLs, see `harness.ports.target.Accessible`; empty where there is none.
    """

    endpoints: Mapping[str, str]
    evidence: Path
    seed: int
    settings: Mapping[str, str]
    access: Mapping[str, str]

    def emit(self, observation: Observation) -> None:
        """Records a fact; it is on disk when this returns."""

    def elapsed(self) -> float:
        """Seconds since the method began."""

    def stop_reason(self) -> str:
        """Why the method should end now; empty while it may go on."""

    def relative(self, path: Path) -> str:
        """`path` as it is cited in observations: relative to the run folder."""

    def run_tool(
        self,
        argv: Sequence[str],
        *,
        name: str,
        timeout: float,
        env: Mapping[str, str] | None = None,
        on_tick: Callable[[], Any] | None = None,
    ) -> ToolResult:
        """Runs a child to its end, output kept as evidence; ends it on stop, timeout, and if the harness dies.

        May be called from several threads at once, under different names.
        """

    def collect_logs(self, into: Path) -> Sequence[Path]:
        """Leaves what the services have logged so far in `into`, and returns one file a service, `<service>.log`.

        Empty where the target has none to give. Takes seconds on a cluster. Raises TargetError when it cannot be had.
        """


class Suite(Protocol):
    """One way of looking at a system."""

    spec: SuiteSpec

    def run(self, scenario: PlannedScenario, context: Context) -> None:
        """Carries the method out and emits what it saw.

        Raises ToolMissing when a tool is not there, SuiteError when the check itself broke.
        """


class Versioned(Protocol):
    """Optional: a suite that stands on other tools says their versions, for the plan."""

    def tools(self) -> Mapping[str, str]:
        """Tool name → version, or the word `missing`."""
