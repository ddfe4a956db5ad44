"""What a suite is given: children from several threads, and the target's logs as they are now."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from harness.model.errors import TargetError
from harness.model.plan import PlannedScenario
from harness.model.verdict import Status
from harness.ports.suite import Context, ToolResult
from tests.builders import expectation, plan, scenario
from tests.run.fakes import FakeTarget, carry_out, equip, green

GREEN = plan(scenario(expectation()))


def test_the_logs_of_the_services_in_mid_run(tmp_path: Path) -> None:
    seen: list[tuple[list[str], str]] = []

    def look(scenario: PlannedScenario, context: Context) -> None:
        files = context.collect_logs(context.evidence / "logs")
        seen.append(([context.relative(path) for path in files], files[0].read_text()))
        green(scenario, context)

    gear = equip(tmp_path, look)
    record, _ = carry_out(GREEN, tmp_path, gear)
    assert seen == [([f"evidence/{GREEN.scenarios[0].id}/logs/api.log"], "hello\n")]
    assert gear.target.calls == ["up", "collect", "collect", "down"]  # type: ignore[attr-defined]
    assert record.status is Status.PASS


def test_a_target_without_logs_gives_none(tmp_path: Path) -> None:
    class Silent(FakeTarget):
        def collect(self, into: Path) -> None:
            (into / "pods.json").write_text("{}")

    seen: list[Any] = []

    def look(scenario: PlannedScenario, context: Context) -> None:
        seen.append(context.collect_logs(context.evidence / "logs"))
        green(scenario, context)

    carry_out(GREEN, tmp_path, equip(tmp_path, look, target=Silent()))
    assert seen == [[]]


def test_logs_that_cannot_be_written_are_a_target_error(tmp_path: Path) -> None:
    class Full(FakeTarget):
        def collect(self, into: Path) -> None:
            raise OSError("no space left")

    told: list[str] = []

    def look(scenario: PlannedScenario, context: Context) -> None:
        try:
            context.collect_logs(context.evidence / "logs")
        except TargetError as error:
            told.append(error.what)
        green(scenario, context)

    carry_out(GREEN, tmp_path, equip(tmp_path, look, target=Full()))
    assert told == ["the logs cannot be had: no space left"]


def test_several_children_at_once_and_a_stop_ends_them_all(tmp_path: Path) -> None:
    """Each waits for the others' files: one after the other they would never end."""
    results: list[ToolResult] = []
    wait = "import pathlib, sys, time\nhere = pathlib.Path(sys.argv[1])\n(here / sys.argv[2]).touch()\n"
    meet = wait + "while len(list(here.iterdir())) < 4: time.sleep(0.01)\n"
    linger = "import time; time.sleep(120)"
    meeting = tmp_path / "meeting"
    meeting.mkdir()

    def work(scenario: PlannedScenario, context: Context) -> None:
        def run(number: int) -> ToolResult:
            argv = [sys.executable, "-c", meet, str(meeting), str(number)]
            return context.run_tool(argv, name=f"child-{number}", timeout=60)

        def stay(number: int) -> ToolResult:
            if number == 0:
                gear.stop.abort("that is enough")
            return context.run_tool([sys.executable, "-c", linger], name=f"late-{number}", timeout=60)

        with ThreadPoolExecutor(4) as threads:
            results.extend(threads.map(run, range(4)))
            results.extend(threads.map(stay, range(4)))

    gear = equip(tmp_path, work)
    carry_out(GREEN, tmp_path, gear)
    assert [result.returncode for result in results[:4]] == [0, 0, 0, 0]
    assert len({result.log for result in results}) == 8
    assert [result.stopped for result in results[4:]] == ["that is enough"] * 4
