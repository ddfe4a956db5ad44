"""The load suite: writes the child's configuration, runs Locust in its own process, follows what it measures."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import time
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pydantic import ValidationError

from harness.model.errors import SuiteError, ToolMissing
from harness.model.observation import Observation, Phase
from harness.model.plan import PlannedScenario, Step
from harness.ports.suite import Context, SuiteSpec, ToolResult
from suites.load.metrics import LOAD_METRICS, most_samples, standing
from suites.load.params import LoadParams
from suites.load.parse import StreamParser
from suites.load.tail import Tail
from suites.load.wire import ChildConfig

PROJECT = Path(__file__).resolve().parents[2]
TOOL = "locust"
STARTING = 30.0  # seconds that the child may need for its start and its end, beside the load itself


class LoadSuite:
    """Offers a load and observes how the system answers. Judges nothing."""

    spec = SuiteSpec(
        name="load",
        steps={"load": LoadParams},
        metrics=LOAD_METRICS,
        standing=standing,
        most_samples=most_samples,
    )

    def tools(self) -> Mapping[str, str]:
        """The version of Locust, for the plan."""
        try:
            return {TOOL: version(TOOL)}
        except PackageNotFoundError:
            return {TOOL: "missing"}

    def run(self, scenario: PlannedScenario, context: Context) -> None:
        """Offers the load for the scenario's duration, ramp and warm-up included.

        Observations are emitted while the load runs, so that an abort threshold can stop it. Raises ToolMissing
        without Locust; SuiteError when the load cannot be offered as planned, or the child died or wrote nonsense.
        """
        if importlib.util.find_spec(TOOL) is None:
            raise ToolMissing("Locust is not installed, so no load was offered", advice="make env")
        config = _child_config(scenario, context)
        path = context.evidence / "load-config.json"
        path.write_text(config.model_dump_json(indent=2) + "\n", encoding="utf-8")
        follower = _Follower(scenario.id, config, context)
        result = context.run_tool(
            [sys.executable, "-m", "suites.load.locust_child", str(path)],
            name=TOOL,
            timeout=config.end - context.elapsed() + config.timeout + STARTING,
            env={"PYTHONPATH": os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")]))},
            on_tick=follower.catch_up,
        )
        follower.finish(result)


class _Follower:
    """Emits what the child writes, as it writes it."""

    def __init__(self, scenario: str, config: ChildConfig, context: Context) -> None:
        self._context = context
        self._stream = context.evidence / config.stream
        self._cited = [context.evidence / config.samples, self._stream, context.evidence / config.failures]
        self._tail = Tail(self._stream)
        self._parser = StreamParser(scenario, context.relative(self._stream))

    def catch_up(self) -> None:
        """Emits what is new."""
        self._emit(ended=False)

    def finish(self, result: ToolResult) -> None:
        """Emits the rest, and holds the child's end against what a sound end looks like."""
        self._emit(ended=result.returncode == 0)
        if result.returncode != 0 or result.timed_out:
            raise _child_failed(result, self._context.relative(result.log))
        self._parser.finish()

    def _emit(self, *, ended: bool) -> None:
        for line in self._tail.lines(ended=ended):
            for observation in self._parser.feed(line):
                self._context.emit(self._with_evidence(observation))

    def _with_evidence(self, observation: Observation) -> Observation:
        """The workload's facts go into a file of their own; its phase cites all that the load leaves behind."""
        if not isinstance(observation, Phase):
            return observation
        workload = self._context.evidence / "workload.json"
        workload.write_text(json.dumps(observation.facts, indent=2) + "\n", encoding="utf-8")
        cited = [self._context.relative(path) for path in (*self._cited, workload)]
        return observation.model_copy(update={"evidence": cited})


def _child_config(scenario: PlannedScenario, context: Context) -> ChildConfig:
    """What the child must know. Raises SuiteError when the plan cannot be carried out."""
    step = _only_step(scenario)
    params = LoadParams.model_validate(step.params)
    if params.endpoint not in context.endpoints:
        known = ", ".join(sorted(context.endpoints)) or "none"
        raise _cannot(scenario, f"the target announces no endpoint '{params.endpoint}'; there are: {known}")
    if step.at + max(params.ramp, params.warm_up) >= scenario.duration:
        raise _cannot(
            scenario,
            f"the ramp takes {params.ramp:g} s and the warm-up {params.warm_up:g} s from {step.at:g} s on, "
            f"so nothing is left of {scenario.duration:g} s with all {params.users} users",
        )
    try:
        return ChildConfig(
            host=context.endpoints[params.endpoint].rstrip("/"), module=f"suites.load.users.{params.behaviour}",
            users=params.users, spawn_rate=params.spawn_rate, schedule=params.schedule, timeout=params.timeout,
            think_min=params.think_time.min, think_max=params.think_time.max,
            begin=step.at, warm_up=params.warm_up, end=scenario.duration,
            epoch=time.time() - context.elapsed(), seed=context.seed,
        )  # fmt: skip
    except ValidationError as error:
        first = error.errors()[0]
        raise _cannot(scenario, f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def _only_step(scenario: PlannedScenario) -> Step:
    if len(scenario.steps) != 1:
        raise _cannot(scenario, f"a load scenario has one load step, this one has {len(scenario.steps)}")
    return scenario.steps[0]


def _cannot(scenario: PlannedScenario, why: str) -> SuiteError:
    return SuiteError(f"the load cannot be offered as planned: {why}", where=scenario.source)


def _child_failed(result: ToolResult, log: str) -> SuiteError:
    said = result.tail.strip().splitlines()
    how = "took too long and was ended" if result.timed_out else f"ended with exit code {result.returncode}"
    return SuiteError(f"the load generator {how}{': ' + said[-1] if said else ''}", where=log, advice=f"read {log}")
