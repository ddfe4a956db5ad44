"""The life of a run, with a fake target and suite; children are real processes."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from harness.model.defect import Defect, KillChange, PatchChange, SettingChange
from harness.model.errors import SuiteError, ToolMissing
from harness.model.observation import Measurement, Phase
from harness.model.plan import PlannedScenario
from harness.model.scenario import Guard, Probe
from harness.model.verdict import Status
from harness.ports.suite import Context, ToolResult
from harness.run import lifecycle
from harness.run.events import RunJudged, RunStarted, ScenarioFinished, ScenarioStarted, TargetDown, TargetUp
from harness.store.reader import RunReader
from tests.builders import CPU, check, expectation, plan, scenario
from tests.run.fakes import FakeTarget, carry_out, equip, green, listener

GREEN = plan(scenario(expectation()))


def test_a_green_run_passes_and_tells_its_story_in_order(tmp_path: Path) -> None:
    seen, publish = listener()
    gear = equip(tmp_path, publish=publish)
    record, folder = carry_out(GREEN, tmp_path, gear)
    assert record.status is Status.PASS
    assert record.finished
    told = [type(e) for e in seen if type(e) in (RunStarted, TargetUp, ScenarioStarted, ScenarioFinished, TargetDown)]
    assert told == [RunStarted, TargetUp, ScenarioStarted, ScenarioFinished, TargetDown]
    assert isinstance(seen[-1], RunJudged)
    assert gear.target.calls == ["up", "collect", "down"]  # type: ignore[attr-defined]
    assert (tmp_path / "runs" / "latest").resolve() == folder.path.resolve()
    assert RunReader(folder.path).record == record


def test_the_first_record_is_inconclusive_before_anything_starts(tmp_path: Path) -> None:
    statuses = []

    def look(scenario: PlannedScenario, context: Context) -> None:
        folder = context.evidence.parent.parent
        statuses.append(RunReader(folder).record.status)
        green(scenario, context)

    carry_out(GREEN, tmp_path, equip(tmp_path, look))
    assert statuses == [Status.INCONCLUSIVE]


def test_a_target_that_does_not_come_up_is_an_error_and_is_taken_down(tmp_path: Path) -> None:
    gear = equip(tmp_path, target=FakeTarget(fails=True))
    record, _ = carry_out(GREEN, tmp_path, gear)
    assert record.status is Status.ERROR
    assert "the api did not come up" in record.reasons[0]
    assert "down" in gear.target.calls  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (ToolMissing("no browser", advice="install one"), Status.INCONCLUSIVE),
        (SuiteError("line 3 is no JSON"), Status.ERROR),
        (RuntimeError("a bug in the suite"), Status.ERROR),
    ],
)
def test_what_breaks_in_one_scenario_is_its_own_and_the_next_still_runs(
    tmp_path: Path, fault: Exception, expected: Status
) -> None:
    def work(scenario: PlannedScenario, context: Context) -> None:
        if scenario.id == "s1":
            raise fault
        green(scenario, context)

    two = plan(scenario(expectation()), scenario(expectation(), name="s2"))
    record, _ = carry_out(two, tmp_path, equip(tmp_path, work))
    assert [s.status for s in record.scenarios] == [expected, Status.PASS]
    assert str(fault) in record.scenarios[0].reasons[0]
    assert record.status is expected


def test_a_guard_refuses_an_address_outside_before_anything_runs(tmp_path: Path) -> None:
    ran = []
    guarded = plan(scenario(expectation(), guard=Guard(hosts=["10.0.0.0/8"])))
    record, _ = carry_out(guarded, tmp_path, equip(tmp_path, lambda s, c: ran.append(s.id)))
    assert record.status is Status.REFUSED
    assert record.status.exit_code == 40
    assert ran == []


def test_a_guard_refuses_production_unless_it_is_named(tmp_path: Path) -> None:
    record, _ = carry_out(GREEN, tmp_path, equip(tmp_path, environment="production"))
    assert record.status is Status.REFUSED
    allowed = plan(scenario(expectation(), guard=Guard(environments=["production"])), run_id="another")
    assert carry_out(allowed, tmp_path, equip(tmp_path, environment="production"))[0].status is Status.PASS


class ClusterTarget(FakeTarget):
    """A target that gives more than URLs and whose coming up has phases."""

    def access(self) -> dict[str, str]:
        return {"namespace": "shop", "kubeconfig": "/nowhere"}

    def phases(self) -> dict[str, float]:
        return {"cluster": 30.0, "deploy": 12.344}


def test_a_guard_refuses_a_namespace_that_it_does_not_name(tmp_path: Path) -> None:
    elsewhere = plan(scenario(expectation(), guard=Guard(namespaces=["another"])))
    assert carry_out(elsewhere, tmp_path, equip(tmp_path, target=ClusterTarget()))[0].status is Status.REFUSED
    named = plan(scenario(expectation(), guard=Guard(namespaces=["another", "shop"])), run_id="named")
    assert carry_out(named, tmp_path, equip(tmp_path, target=ClusterTarget()))[0].status is Status.PASS
    no_cluster = plan(scenario(expectation(), guard=Guard(namespaces=["another"])), run_id="no-cluster")
    assert carry_out(no_cluster, tmp_path, equip(tmp_path))[0].status is Status.PASS


def test_what_a_target_gives_beyond_urls_and_the_phases_of_its_coming_up(tmp_path: Path) -> None:
    given: list[dict[str, str]] = []

    def look(planned: PlannedScenario, context: Context) -> None:
        given.append(dict(context.access))
        green(planned, context)

    seen, publish = listener()
    gear = equip(tmp_path, look, target=ClusterTarget(), publish=publish)
    _, folder = carry_out(GREEN, tmp_path, gear)
    assert given == [{"namespace": "shop", "kubeconfig": "/nowhere", "sources": str(gear.project)}]
    phases = [o for o in RunReader(folder.path).observations() if isinstance(o, Phase) and o.name == "target"]
    assert phases[1].facts["phases"] == {"cluster": 30.0, "deploy": 12.34}
    assert "(cluster 30.0 s, deploy 12.3 s)" in phases[1].detail
    assert "(cluster 30.0 s, deploy 12.3 s)" in next(e for e in seen if isinstance(e, TargetUp)).detail


def test_a_steady_state_that_never_held_keeps_the_method_from_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = []
    probe = Probe(probe="http", path="/livez", within="100ms")  # type: ignore[arg-type]
    steady = plan(scenario(expectation(), steady_state=[probe]))
    monkeypatch.setattr(lifecycle, "_BEFORE", 0.3)
    record, _ = carry_out(steady, tmp_path, equip(tmp_path, lambda s, c: ran.append(s.id)))
    assert record.status is Status.INCONCLUSIVE
    assert ran == []
    assert "before the method" in record.scenarios[0].reasons[0]


def test_a_service_that_dies_ends_the_scenario_and_the_run_in_error(tmp_path: Path) -> None:
    gear = equip(tmp_path)

    def work(scenario: PlannedScenario, context: Context) -> None:
        gear.target.dead = ["database"]  # type: ignore[attr-defined]
        deadline = time.monotonic() + 10
        while not context.stop_reason() and time.monotonic() < deadline:
            time.sleep(0.05)
        green(scenario, context)

    gear.suites["load"]._work = work  # type: ignore[attr-defined]
    two = plan(scenario(expectation()), scenario(expectation(), name="s2"))
    record, _ = carry_out(two, tmp_path, gear)
    assert record.status is Status.ERROR
    assert "database ended by itself while s1 ran" in record.reasons[0]
    assert record.scenarios[1].reasons == ["it was never started"]


def test_an_abort_threshold_ends_the_method_and_fails_the_scenario(tmp_path: Path) -> None:
    ended = []

    def work(scenario: PlannedScenario, context: Context) -> None:
        for t in range(60):
            context.emit(Measurement(scenario=scenario.id, metric=CPU.name, t=float(t), value=0.99))
            if context.stop_reason():
                ended.append(t)
                break
        green(scenario, context)

    limited = scenario(expectation(), expectation(CPU, "mean", "< 200%", abort="> 90% for 5s"))
    record, _ = carry_out(plan(limited), tmp_path, equip(tmp_path, work))
    assert ended == [5]
    assert record.status is Status.FAIL
    assert "generator.cpu.mean" in record.scenarios[0].reasons[0]


def test_an_abort_threshold_that_is_not_reached_changes_nothing(tmp_path: Path) -> None:
    def work(scenario: PlannedScenario, context: Context) -> None:
        for t in range(60):
            value = 0.99 if t % 4 else 0.1
            context.emit(Measurement(scenario=scenario.id, metric=CPU.name, t=float(t), value=value))
        green(scenario, context)

    limited = scenario(expectation(), expectation(CPU, "min", "< 200%", abort="> 90% for 5s"))
    assert carry_out(plan(limited), tmp_path, equip(tmp_path, work))[0].status is Status.PASS


def test_the_sampler_reads_the_target_beside_the_method(tmp_path: Path) -> None:
    def work(scenario: PlannedScenario, context: Context) -> None:
        time.sleep(1.3)
        green(scenario, context)

    _, folder = carry_out(GREEN, tmp_path, equip(tmp_path, work))
    sampled = [o for o in RunReader(folder.path).observations() if o.kind == "measurement"]
    assert sampled
    assert all(o.metric == "resource.cpu" and o.t > 0 for o in sampled)


def test_run_tool_keeps_the_output_as_evidence_and_gives_the_exit_code(tmp_path: Path) -> None:
    results: list[ToolResult] = []

    def work(scenario: PlannedScenario, context: Context) -> None:
        argv = [sys.executable, "-c", "import os,sys; print(os.environ['ASKED']); sys.exit(3)"]
        results.append(context.run_tool(argv, name="tool", timeout=30, env={"ASKED": "yes"}))
        slow = [sys.executable, "-c", "import time; time.sleep(60)"]
        results.append(context.run_tool(slow, name="slow", timeout=0.5))
        green(scenario, context)

    carry_out(GREEN, tmp_path, equip(tmp_path, work))
    assert (results[0].returncode, results[0].tail, results[0].timed_out) == (3, "yes", False)
    assert results[0].log.read_text() == "yes\n"
    assert results[1].timed_out
    assert results[1].returncode != 0


def test_ctrl_c_ends_in_order_and_says_interrupted(tmp_path: Path) -> None:
    def work(scenario: PlannedScenario, context: Context) -> None:
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
        context.run_tool([sys.executable, "-c", "import time; time.sleep(60)"], name="slow", timeout=30)

    gear = equip(tmp_path, work)
    record, _ = carry_out(plan(scenario(expectation()), scenario(expectation(), name="s2")), tmp_path, gear)
    assert record.status is Status.INCONCLUSIVE
    assert not record.finished
    assert any("interrupted by SIGINT" in r for r in record.reasons)
    assert gear.target.calls[-2:] == ["collect", "down"]  # type: ignore[attr-defined]
    assert gear.stop.interrupted


def defect(*changes: PatchChange | SettingChange | KillChange) -> Defect:
    return Defect(id="d1", title="Planted", changes=list(changes), expect="fail", turns_red={"s1": []})


def test_a_patch_is_applied_to_a_copy_and_never_to_the_project(tmp_path: Path) -> None:
    patch = PatchChange(kind="patch", file="shop/app.py", find="'hello'", replace="'goodbye'")
    gear = equip(tmp_path)
    carry_out(plan(scenario(expectation()), defect=defect(patch)), tmp_path, gear)
    order = gear.target.order  # type: ignore[attr-defined]
    assert order.sources != gear.project
    assert (gear.project / "shop" / "app.py").read_text() == "GREETING = 'hello'\n"
    assert (order.sources / "shop" / "app.py").read_text() == "GREETING = 'goodbye'\n"


@pytest.mark.parametrize(("file", "find"), [("shop/app.py", "nowhere"), ("shop/app.py", "l"), ("other.py", "x")])
def test_a_patch_that_does_not_fit_exactly_once_proves_nothing(tmp_path: Path, file: str, find: str) -> None:
    patch = PatchChange(kind="patch", file=file, find=find, replace="y")
    record, _ = carry_out(plan(scenario(expectation()), defect=defect(patch)), tmp_path, equip(tmp_path))
    assert record.status is Status.ERROR


def test_a_setting_is_changed_only_for_the_run_with_the_defect(tmp_path: Path) -> None:
    seen = []

    def work(scenario: PlannedScenario, context: Context) -> None:
        seen.append(context.settings["browser"])
        green(scenario, context)

    gear = equip(tmp_path, work, settings={"browser": "/usr/bin/real"})
    carry_out(GREEN, tmp_path, gear)
    change = SettingChange(kind="setting", name="browser", value="/nowhere")
    gone = plan(scenario(expectation()), defect=defect(change), run_id="second")
    carry_out(gone, tmp_path, equip(tmp_path, work, settings={"browser": "/usr/bin/real"}))
    assert seen == ["/usr/bin/real", "/nowhere"]


def test_a_planted_kill_hits_in_mid_run_and_the_run_ends_in_error(tmp_path: Path) -> None:
    def work(scenario: PlannedScenario, context: Context) -> None:
        deadline = time.monotonic() + 10
        while not context.stop_reason() and time.monotonic() < deadline:
            time.sleep(0.05)
        green(scenario, context)

    kill = KillChange(kind="kill", service="database", scenario="s1", at=0.2)
    gear = equip(tmp_path, work)
    record, _ = carry_out(plan(scenario(expectation()), defect=defect(kill)), tmp_path, gear)
    assert "kill database" in gear.target.calls  # type: ignore[attr-defined]
    assert record.status is Status.ERROR


def test_a_check_is_told_to_the_listeners(tmp_path: Path) -> None:
    seen, publish = listener()
    carry_out(GREEN, tmp_path, equip(tmp_path, publish=publish))
    assert [e.check.check for e in seen if hasattr(e, "check")] == [check().check]
