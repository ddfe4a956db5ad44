"""A target, a suite and a clock that do what a test says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.judge.run import judge_run
from harness.model.errors import TargetError
from harness.model.observation import CheckResult, Measurement, Receipt
from harness.model.plan import Plan, PlannedScenario
from harness.model.system import Service, System
from harness.ports.suite import Context, SuiteSpec
from harness.ports.target import TargetOrder
from harness.run.events import Event
from harness.run.lifecycle import Equipment, run_plan
from harness.store.folder import RunFolder
from harness.targets.supervisor import Supervisor


class FakeTarget:
    """Remembers what was asked of it."""

    name = "fake"
    capabilities = frozenset({"http"})

    def __init__(self, fails: bool = False) -> None:
        self.calls: list[str] = []
        self.dead: list[str] = []
        self.fails = fails
        self.order: TargetOrder | None = None

    def up(self, order: TargetOrder) -> Mapping[str, str]:
        self.calls.append("up")
        self.order = order
        if self.fails:
            raise TargetError("the api did not come up", where="api", advice="read its log")
        return {"api": "http://127.0.0.1:9"}

    def alive(self) -> Sequence[str]:
        return self.dead

    def collect(self, into: Path) -> None:
        self.calls.append("collect")
        (into / "api.log").write_text("hello\n")

    def down(self) -> None:
        self.calls.append("down")

    def sample(self, scenario: str, t: float) -> Sequence[Measurement]:
        return [Measurement(scenario=scenario, metric="resource.cpu", t=t, value=0.5, labels={"service": "api"})]

    def kill(self, service: str) -> str:
        self.calls.append(f"kill {service}")
        self.dead = [service]
        return service


class FakeSuite:
    """Runs the function that a test gives."""

    spec = SuiteSpec(name="load", steps={}, metrics=())

    def __init__(self, work: Callable[[PlannedScenario, Context], Any]) -> None:
        self._work = work

    def run(self, scenario: PlannedScenario, context: Context) -> None:
        self._work(scenario, context)


def green(scenario: PlannedScenario, context: Context) -> None:
    """A suite that sees one passed check, and says what it looked at."""
    context.emit(CheckResult(scenario=scenario.id, check="c1", outcome="passed"))
    context.emit(Receipt(scenario=scenario.id, detector="fake", item="checks", required=1, seen=1))


SYSTEM = System(name="shop", sources=["shop"], services=[Service(name="api", role="application", command=["x"])])


def equip(tmp_path: Path, work: Callable[[PlannedScenario, Context], Any] = green, **more: Any) -> Equipment:
    """Everything that a run needs, with a fake target and one fake suite."""
    project = tmp_path / "project"
    (project / "shop").mkdir(parents=True, exist_ok=True)
    (project / "shop" / "app.py").write_text("GREETING = 'hello'\n")
    workdir = tmp_path / "work"
    workdir.mkdir(exist_ok=True)
    fields: dict[str, Any] = {
        "project": project, "workdir": workdir, "system": SYSTEM, "environment": "test",
        "target": FakeTarget(), "suites": {"load": FakeSuite(work)}, "judge": judge_run,
        "publish": lambda event: None, "spawner": Supervisor("test-run"),
    }  # fmt: skip
    return Equipment(**{**fields, **more})


def carry_out(plan: Plan, tmp_path: Path, gear: Equipment) -> tuple[Any, RunFolder]:
    """Runs the plan in a fresh runs folder."""
    folder = RunFolder.create(tmp_path / "runs", plan)
    return run_plan(plan, folder, gear), folder


def listener() -> tuple[list[Event], Callable[[Event], None]]:
    """A list, and the listener that fills it."""
    seen: list[Event] = []
    return seen, seen.append
