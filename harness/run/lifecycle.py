"""The life of a run.

    1. the plan and a first, inconclusive record are on disk before anything starts
    2. the sources are chosen: the project's, or a copy with a planted defect
    3. the target comes up
    4. each scenario: guard, steady state, method, steady state
    5. whatever happened: evidence is collected and everything that was started is ended
    6. the observations are judged and the folder is sealed

Whoever kills this process at any moment leaves a folder that says inconclusive, and no process behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.model.environment import Environment
from harness.model.errors import LaunchgateError, Refused, Stopped, ToolMissing
from harness.model.observation import Observation
from harness.model.plan import Plan, PlannedScenario
from harness.model.record import RunRecord
from harness.model.system import System
from harness.ports.clock import Clock, SystemClock
from harness.ports.processes import ProcessSpawner
from harness.ports.suite import Suite
from harness.ports.target import Accessible, Target, TargetOrder, Timed
from harness.run.abort import AbortWatch
from harness.run.context import ScenarioContext
from harness.run.events import (
    Listener,
    Progress,
    RunJudged,
    RunStarted,
    ScenarioFinished,
    ScenarioStarted,
    TargetDown,
    TargetSaid,
    TargetStarting,
    TargetUp,
)
from harness.run.guard import check_guard
from harness.run.planted import KillTimers, changed_settings, patched_sources
from harness.run.recorder import Recorder
from harness.run.sampler import Sampler
from harness.run.steady_state import probe_until
from harness.run.stop import StopSwitch
from harness.store.folder import RunFolder
from harness.store.reader import RunReader

Judge = Callable[[Plan, Iterable[Observation]], RunRecord]
_BEFORE, _AFTER = 5.0, 15.0  # seconds of patience for the steady state


@dataclass
class Equipment:
    """Everything that a run stands on; `harness.wiring` chooses it."""

    project: Path
    workdir: Path
    system: System
    environment: str
    target: Target
    suites: Mapping[str, Suite]
    spawner: ProcessSpawner
    judge: Judge
    publish: Listener
    keep: bool = False
    remote: Environment | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    clock: Clock = field(default_factory=SystemClock)
    stop: StopSwitch = field(default_factory=StopSwitch)


@dataclass(frozen=True)
class _Surroundings:
    """What a target that is up offers to the scenarios."""

    endpoints: Mapping[str, str]
    access: Mapping[str, str]


def run_plan(plan: Plan, folder: RunFolder, gear: Equipment) -> RunRecord:
    """Carries the plan out and returns its record. Never raises for what happened to the system or to a suite."""
    folder.write_record(gear.judge(plan, []))
    recorder = Recorder(folder, gear.clock, gear.publish)
    gear.publish(RunStarted(plan, folder.path))
    recorder.phase("run", "started")
    with gear.stop.on_signals():
        try:
            surroundings = _bring_up(plan, folder, gear, recorder)
            for number, scenario in enumerate(plan.scenarios, start=1):
                if gear.stop.dead:
                    break
                gear.publish(ScenarioStarted(scenario, number, len(plan.scenarios)))
                _run_scenario(plan, scenario, surroundings, folder, gear, recorder)
        except Stopped as stopped:
            recorder.phase("run", "interrupted", detail=stopped.what)
        except LaunchgateError as error:
            recorder.phase("target", "failed", detail=error.diagnostics(), advice=error.advice)
        finally:
            with gear.stop.shielded():
                _take_down(folder, gear, recorder)
        if gear.stop.interrupted and not _said_interrupted(folder):
            recorder.phase("run", "interrupted", detail=gear.stop.interrupted)
        if not gear.stop.interrupted:
            recorder.phase("run", "finished")
        with gear.stop.shielded():
            folder.close()
            record = gear.judge(plan, RunReader(folder.path).observations())
            folder.write_record(record)
    gear.publish(RunJudged(record, folder.path))
    return record


def _bring_up(plan: Plan, folder: RunFolder, gear: Equipment, recorder: Recorder) -> _Surroundings:
    started = gear.clock.monotonic()
    gear.publish(TargetStarting(plan.target))
    recorder.phase("target", "started", detail=plan.target)
    sources = patched_sources(gear.project, gear.system.sources, plan.defect, gear.workdir / "sources")
    logs = folder.evidence / "target"
    logs.mkdir()
    order = TargetOrder(
        system=gear.system,
        workdir=gear.workdir,
        logs=logs,
        sources=sources,
        project=gear.project,
        tag=plan.run_id,
        keep=gear.keep,
        environment=gear.remote,
        say=lambda text: gear.publish(TargetSaid(text)),
    )
    endpoints = gear.target.up(order)
    seconds = gear.clock.monotonic() - started
    facts: dict[str, object] = {"up_seconds": round(seconds, 2)}
    detail = f"up after {seconds:.1f} s"
    if isinstance(gear.target, Timed):
        phases = {name: round(taken, 2) for name, taken in gear.target.phases().items()}
        facts["phases"] = phases
        detail += f" ({', '.join(f'{name} {taken:.1f} s' for name, taken in phases.items())})"
    recorder.phase("target", "finished", detail=detail, facts=facts)
    gear.publish(TargetUp(endpoints, seconds, detail))
    access = gear.target.access() if isinstance(gear.target, Accessible) else {}
    return _Surroundings(endpoints, {"sources": str(sources), **access})


def _run_scenario(
    plan: Plan,
    scenario: PlannedScenario,
    surroundings: _Surroundings,
    folder: RunFolder,
    gear: Equipment,
    recorder: Recorder,
) -> None:
    """One scenario. What breaks inside it is recorded as its own, and the next one still runs."""
    evidence = folder.evidence / scenario.id
    evidence.mkdir(exist_ok=True)
    gear.stop.next_scenario()
    endpoints, access = surroundings.endpoints, surroundings.access
    context = ScenarioContext(
        endpoints=endpoints,
        root=folder.path,
        evidence=evidence,
        seed=plan.seed,
        settings=changed_settings(gear.settings, plan.defect),
        access=access,
        recorder=recorder,
        spawner=gear.spawner,
        stop=gear.stop,
        clock=gear.clock,
        source_root=gear.project,
        target=gear.target,
        services=[service.name for service in gear.system.services],
    )
    try:
        namespace = access.get("namespace", "")
        check_guard(scenario.guard, endpoints, gear.environment, namespace, remote=gear.remote, suite=scenario.suite)
        recorder.phase("scenario", "started", scenario=scenario.id)
        if _steady(scenario, "steady-state-before", _BEFORE, endpoints, gear, recorder):
            _method(plan, scenario, context, gear, recorder)
            patience = 0.0 if gear.target.alive() else _AFTER  # a dead service does not come back by itself
            _steady(scenario, "steady-state-after", patience, endpoints, gear, recorder)
        recorder.phase("scenario", "finished", scenario=scenario.id)
    except Stopped:
        recorder.phase("scenario", "interrupted", scenario=scenario.id, detail=gear.stop.interrupted)
        raise
    except Refused as refused:
        recorder.phase("scenario", "refused", scenario=scenario.id, detail=refused.diagnostics())
    except ToolMissing as missing:
        recorder.phase("scenario", "unavailable", scenario=scenario.id, detail=missing.what, advice=missing.advice)
    except LaunchgateError as error:
        recorder.phase("scenario", "failed", scenario=scenario.id, detail=error.diagnostics())
    except Exception as error:  # noqa: BLE001  a suite is a plugin: its bug is its scenario's error, not the run's end
        detail = f"{type(error).__name__}: {error} (a fault of the suite '{scenario.suite}')"
        recorder.phase("scenario", "failed", scenario=scenario.id, detail=detail)
    _after_scenario(scenario, gear, recorder)
    gear.publish(ScenarioFinished(scenario, context.elapsed()))


def _method(
    plan: Plan, scenario: PlannedScenario, context: ScenarioContext, gear: Equipment, recorder: Recorder
) -> None:
    """The method, with the sampler beside it, abort thresholds watched, and planted kills armed."""
    watch = AbortWatch(scenario.expectations, gear.stop.abort)
    recorder.watch(watch.see if watch else None)
    context.begin()

    def planted(state: str, detail: str) -> None:
        recorder.phase("defect", state, scenario=scenario.id, detail=detail)

    def tick() -> None:
        gear.publish(Progress(scenario, context.elapsed(), recorder.count))

    try:
        with (
            Sampler(gear.target, scenario.id, recorder, gear.stop, context.elapsed, tick),
            KillTimers(plan.defect, scenario.id, gear.target, planted),
        ):
            gear.suites[scenario.suite].run(scenario, context)
    finally:
        recorder.watch(None)


def _steady(
    scenario: PlannedScenario,
    name: str,
    patience: float,
    endpoints: Mapping[str, str],
    gear: Equipment,
    recorder: Recorder,
) -> bool:
    if not scenario.steady_state:
        return True
    complaint = probe_until(scenario.steady_state, endpoints, patience=patience, clock=gear.clock)
    recorder.phase(name, "failed" if complaint else "finished", scenario=scenario.id, detail=complaint)
    return not complaint


def _after_scenario(scenario: PlannedScenario, gear: Equipment, recorder: Recorder) -> None:
    dead = gear.stop.dead or list(gear.target.alive())
    if dead:
        gear.stop.target_died(dead)
        detail = f"{', '.join(dead)} ended by itself while {scenario.id} ran; see evidence/target/{dead[0]}.log"
        recorder.phase("target", "failed", detail=detail)
    elif gear.stop.reason and not gear.stop.interrupted:
        recorder.phase("scenario", "aborted", scenario=scenario.id, detail=gear.stop.reason)


def _take_down(folder: RunFolder, gear: Equipment, recorder: Recorder) -> None:
    """Evidence first, then the end of everything. A fault in one step never keeps the next from happening."""
    started = gear.clock.monotonic()
    state = folder.evidence / "target"
    state.mkdir(exist_ok=True)
    steps: list[tuple[str, Callable[[], None]]] = [
        ("collect", lambda: gear.target.collect(state)),
        ("target", gear.target.down),
        ("target", gear.spawner.end_all),
    ]
    for name, step in steps:
        try:
            step()
        except (LaunchgateError, OSError) as error:
            said = error.diagnostics() if isinstance(error, LaunchgateError) else str(error)
            recorder.phase(name, "failed", detail=f"while ending: {said}")
    gear.publish(TargetDown(gear.clock.monotonic() - started, gear.keep))


def _said_interrupted(folder: RunFolder) -> bool:
    folder.close()
    phases = (o for o in RunReader(folder.path).observations() if o.kind == "phase")
    return any(p.name == "run" and p.state == "interrupted" for p in phases)
