"""Docs: help and legal pages held against the running shop, in a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from harness.model.errors import SuiteError, ToolMissing
from harness.model.observation import CheckResult, Receipt
from harness.model.plan import PlannedScenario, Step
from harness.model.scenario import Expectation
from harness.ports.metrics import CHECK_FAILED
from harness.ports.suite import Context, SuiteSpec, ToolResult
from suites.browsing.launch import browser_version, find_browser
from suites.docs.params import STEPS
from suites.evidence.account import RESULTS

PROJECT = Path(__file__).resolve().parents[2]
ENDPOINT = "api"


def _every_look(steps: Sequence[Step]) -> list[Expectation]:
    """Nothing that was looked at may be wrong, and every step must have shown something."""
    return [Expectation.model_validate({"metric": "check.failed", "pass": "== 0", "min_samples": max(1, len(steps)),
                                        "id": "every-look", "criteria": []})]  # fmt: skip


class DocsSuite:
    """Looks at what the guides say.

    Args:
        module: what is run to look, as in `python -m`.
    """

    spec = SuiteSpec(name="docs", steps=STEPS, metrics=(CHECK_FAILED,), standing=_every_look)

    def __init__(self, module: str = "suites.docs.walker") -> None:
        self._module = module

    def tools(self) -> Mapping[str, str]:
        """Versions of the parser, Playwright and the browser."""
        try:
            browser = browser_version(find_browser({}))
        except ToolMissing:
            browser = "missing"
        return {name: _version(name) for name in ("markdown-it-py", "playwright")} | {"browser": browser}

    def run(self, scenario: PlannedScenario, context: Context) -> None:
        """Emits a CheckResult for every thing that a guide says, and a receipt over all of them.

        The guides are read from the sources that are up. Raises ToolMissing without a browser, SuiteError when a
        guide cannot be read or the account of the looks is not whole.
        """
        from suites.docs.places import NAMES
        from suites.docs.planning import make_plan

        browser = find_browser(context.settings)
        _check_order(scenario.steps, context.endpoints)
        plan = make_plan(scenario.steps, Path(context.access.get("sources") or PROJECT), NAMES)
        context.evidence.mkdir(parents=True, exist_ok=True)
        written = context.evidence / "plan.json"
        written.write_text(plan.model_dump_json(indent=1) + "\n", encoding="utf-8")
        told: dict[str, str] = {}
        missing = list(plan.unlooked)
        try:
            result = self._walk(scenario, context, browser, written, plan.checks, told)
            missing += [f"{check}: stopped: {result.stopped}" for check in plan.checks if check not in told]
            missing += [f"{check}: {outcome}" for check, outcome in told.items() if outcome in ("skipped", "errored")]
        except SuiteError as error:
            missing.append(error.what)
            raise
        finally:
            judged = sum(outcome in ("passed", "failed") for outcome in told.values())
            context.emit(
                Receipt(scenario=scenario.id, detector="docs", item="names, steps, links and figures",
                        required=len(plan.checks), seen=judged, skipped=missing, t=context.elapsed())
            )  # fmt: skip

    def _walk(
        self, scenario: PlannedScenario, context: Context, browser: Path, plan: Path, checks: Sequence[str],
        told: dict[str, str],
    ) -> ToolResult:  # fmt: skip
        from suites.docs.results import parse

        folder, began = context.evidence, context.elapsed()
        # -P: the child's working directory may hold a copy of the sources, which must not be imported
        command = [sys.executable, "-P", "-m", self._module, f"--plan={plan.resolve()}", f"--into={folder.resolve()}"]
        command += [f"--base-url={context.endpoints[ENDPOINT]}", f"--browser-path={browser}"]
        result = context.run_tool(command, name="docs-walker", timeout=max(1.0, scenario.duration - began))
        results = folder / RESULTS
        raw = results.read_text(encoding="utf-8", errors="replace") if results.exists() else ""
        try:
            for one in parse(raw, scenario=scenario.id, checks=checks, folder=context.relative(folder), began=began):
                told[one.check] = one.outcome
                context.emit(_with_plan(one, context.relative(plan)))
        except SuiteError as error:
            if not result.stopped:
                raise _broken(result, context, error.what) from error
        if not result.stopped and (trouble := _trouble(result, told)):
            raise _broken(result, context, trouble)
        return result


def _with_plan(result: CheckResult, plan: str) -> CheckResult:
    """Beside what was seen stands what was looked for."""
    return result.model_copy(update={"evidence": [*result.evidence, plan]}) if result.outcome == "failed" else result


def _check_order(steps: Sequence[Step], endpoints: Mapping[str, str]) -> None:
    if ENDPOINT not in endpoints:
        raise SuiteError(f"the target announces no endpoint '{ENDPOINT}'", advice=f"it has {', '.join(endpoints)}")
    late = [step.id for step in steps if step.at > 0]
    if late:
        raise SuiteError(f"{late[0]} has a start time, and guides are looked at in one go", advice="leave `at` out")


def _trouble(result: ToolResult, told: Mapping[str, str]) -> str:
    """Why the process itself cannot be believed: a second witness beside its account."""
    if result.timed_out:
        return "the guides were not looked at in the time that the scenario gives"
    if result.returncode < 0:
        return f"the walker was killed by signal {-result.returncode}"
    if result.returncode not in (0, 1):
        return f"the walker ended with exit code {result.returncode}"
    if (result.returncode == 1) != any(outcome != "passed" for outcome in told.values()):
        return "the walker's exit code and its results do not agree"
    return ""


def _broken(result: ToolResult, context: Context, why: str) -> SuiteError:
    last = [line for line in result.tail.splitlines() if line.strip()][-6:]
    trouble = "the time was up" if result.timed_out and "time" not in why else ""
    text = "; ".join(part for part in (trouble, why) if part)
    return SuiteError(text, where=context.relative(result.log), advice="; ".join(last))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"
