"""End to end: journeys in a real browser, walked by pytest in a process of its own."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from harness.model.errors import SuiteError, ToolMissing
from harness.model.metric import MetricSpec
from harness.model.observation import CheckResult, Receipt
from harness.model.plan import PlannedScenario, Step
from harness.model.scenario import Expectation
from harness.ports.metrics import CHECK_FAILED
from harness.ports.suite import Context, SuiteSpec, ToolResult
from suites.browsing.launch import browser_version, find_browser
from suites.e2e.params import Journeys
from suites.e2e.results import DURATION_METRIC, SessionLine, parse, read_lines

DURATION = MetricSpec(
    name=DURATION_METRIC, kind="distribution", dimension="time", labels=("check",),
    doc="Time of a whole journey in the browser, with the making of its milestone pictures.",
)  # fmt: skip
VIOLATIONS = MetricSpec(
    name="e2e.a11y.violations", kind="gauge", labels=("page", "viewport"),
    doc="Serious and critical violations that axe found on one page, as it stood in the journey.",
)  # fmt: skip
DIFFERENCE = MetricSpec(
    name="e2e.visual.difference", kind="gauge", dimension="ratio", labels=("page", "viewport"),
    doc="Share of a page's picture that differs visibly from its baseline in suites/e2e/baselines/.",
)  # fmt: skip
JOURNEYS = Path(__file__).parent / "journeys"
# What is set in a person's shell must not choose which journeys run, or stop the browser for debugging.
_ENV = {"PYTEST_ADDOPTS": "", "PYTEST_PLUGINS": "", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PWDEBUG": ""}
_EXITS = {
    2: "pytest was interrupted, or a journey could not be loaded",
    3: "pytest itself broke",
    4: "pytest did not understand the call",
    5: "not one journey was collected",
}


def _every_journey(steps: Sequence[Step]) -> list[Expectation]:
    """No journey, and no step of one, may fail; every selected journey must have been walked."""
    count = sum(len(step.params.get("select", ())) for step in steps)
    return [Expectation.model_validate({"metric": "check.failed", "pass": "== 0", "min_samples": max(1, count),
                                        "id": "every-journey", "criteria": []})]  # fmt: skip


class EndToEndSuite:
    """Walks journeys.

    Args:
        journeys: the folder that pytest is given.
    """

    spec = SuiteSpec(
        name="e2e",
        steps={"journeys": Journeys},
        metrics=(CHECK_FAILED, DURATION, VIOLATIONS, DIFFERENCE),
        standing=_every_journey,
    )

    def __init__(self, journeys: Path = JOURNEYS) -> None:
        self._journeys = journeys

    def tools(self) -> Mapping[str, str]:
        """Versions of Playwright, pytest and the browser."""
        found = {name: _version(name) for name in ("playwright", "pytest")}
        try:
            browser = browser_version(find_browser({}))
        except ToolMissing:
            browser = "missing"
        return {**found, "browser": browser}

    def run(self, scenario: PlannedScenario, context: Context) -> None:
        """Emits a CheckResult per journey and per step of it, durations, and a receipt over all journeys.

        Raises ToolMissing without a browser (before pytest is started), SuiteError when the account of the
        journeys is not whole.
        """
        browser = find_browser(context.settings)
        steps = [(step, Journeys.model_validate(step.params)) for step in scenario.steps]
        for _, params in steps:
            if params.endpoint not in context.endpoints:
                known = ", ".join(sorted(context.endpoints))
                raise SuiteError(f"the target announces no endpoint '{params.endpoint}'", advice=f"it has {known}")
        required = sum(len(params.select) for _, params in steps)
        watched = _Watched(context)
        missing: list[str] = []
        try:
            for step, params in steps:
                if context.stop_reason():
                    missing.append(f"{step.id}: the run was stopped: {context.stop_reason()}")
                    continue
                missing += self._walk(scenario, step, params, browser, watched)
        except SuiteError as error:
            missing.append(f"{step.id}: {error.what}")
            raise
        finally:
            context.emit(
                Receipt(scenario=scenario.id, detector="playwright", item="journeys", required=required,
                        seen=len(watched.judged), skipped=missing, t=context.elapsed())
            )  # fmt: skip

    def _walk(
        self, scenario: PlannedScenario, step: Step, params: Journeys, browser: Path, watched: _Watched
    ) -> list[str]:
        """One child process with the journeys of one step. Returns what was not seen, with the reason."""
        context, folder = watched.context, watched.context.evidence / step.id
        while context.elapsed() < step.at and not context.stop_reason():
            time.sleep(min(0.1, step.at - context.elapsed()))
        suffix = "" if params.viewport == "desktop" else f"@{params.viewport}"
        began = context.elapsed()
        result = context.run_tool(
            self._command(params, context.endpoints, browser, folder),
            name=f"pytest-{step.id}",
            timeout=max(1.0, scenario.duration - began),
            env=_ENV,
        )
        raw = _read(folder / "results.ndjson")
        watched.failed = False
        try:
            for one in parse(raw, scenario=scenario.id, selected=params.select, folder=context.relative(folder),
                             suffix=suffix, began=began):  # fmt: skip
                watched.emit(one)
        except SuiteError as error:
            if not result.stopped:
                raise _broken(result, context, error.what) from error
        if not result.stopped:
            _check_exit(result, context, failed=watched.failed)
        return [
            f"{name}{suffix}: " + (f"stopped: {result.stopped}" if result.stopped else _why_unseen(raw, name))
            for name in params.select
            if name + suffix not in watched.judged
        ]

    def _command(self, params: Journeys, endpoints: Mapping[str, str], browser: Path, folder: Path) -> list[str]:
        options = {
            "--base-url": endpoints[params.endpoint],
            "--browser-path": str(browser),
            "--evidence": str(folder.resolve()),
            "--viewport": params.viewport,
            "--patience": f"{params.patience:g}",
            "--journey-timeout": f"{params.timeout:g}",
        }
        # -P: the child's working directory may hold a copy of the sources, which must not be imported
        command = [sys.executable, "-P", "-m", "pytest", str(self._journeys), "-p", "no:cacheprovider", "--color=no"]
        command += [f"{name}={value}" for name, value in options.items()]
        command += [f"--journey={name}" for name in params.select]
        command += [f"--endpoint={name}={url}" for name, url in sorted(endpoints.items())]
        return command + [f"--allow-console={pattern}" for pattern in params.allow_console]


class _Watched:
    """Passes observations on and counts the journeys that gave an answer."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.judged: set[str] = set()
        self.failed = False

    def emit(self, observation: object) -> None:
        if isinstance(observation, CheckResult) and "/" not in observation.check:
            self.failed |= observation.outcome in ("failed", "errored")
            if observation.outcome in ("passed", "failed"):
                self.judged.add(observation.check)
        self.context.emit(observation)  # type: ignore[arg-type]


def _check_exit(result: ToolResult, context: Context, *, failed: bool) -> None:
    """Pytest's own word must agree with the account: a second witness against silent green."""
    if _trouble(result):
        raise _broken(result, context)
    if (result.returncode == 1) != failed:
        raise _broken(result, context, "pytest's exit code and the journeys' results do not agree")


def _trouble(result: ToolResult) -> str:
    """Why the process itself cannot be believed; empty when it ended well."""
    if result.timed_out:
        return "the journeys were not done in the time that the scenario gives them"
    if result.returncode < 0:
        return f"pytest was killed by signal {-result.returncode}"
    if result.returncode in (0, 1):
        return ""
    return _EXITS.get(result.returncode, f"pytest ended with exit code {result.returncode}")


def _broken(result: ToolResult, context: Context, why: str = "") -> SuiteError:
    last = [line for line in result.tail.splitlines() if line.strip()][-6:]
    text = "; ".join(part for part in (_trouble(result), why) if part)
    return SuiteError(text, where=context.relative(result.log), advice="; ".join(last))


def _why_unseen(raw: str, name: str) -> str:
    """For a journey without an outcome in an account that is whole."""
    first = next(read_lines(raw))
    collected = first.collected if isinstance(first, SessionLine) else {}
    return "it has no outcome" if name in collected else f"no such journey; there is {', '.join(collected) or 'none'}"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"
