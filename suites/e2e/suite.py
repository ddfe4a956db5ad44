"""End to end: journeys in a real browser, walked by pytest in a process of its own."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from harness.model.errors import SuiteError, ToolMissing
from harness.model.metric import MetricSpec
from harness.model.observation import Receipt
from harness.model.plan import PlannedScenario, Step
from harness.model.scenario import Expectation
from harness.ports.metrics import CHECK_FAILED
from harness.ports.suite import Context, SuiteSpec
from suites.browsing.launch import browser_version, engine_of, find_browser
from suites.e2e.children import Browser, walk_together
from suites.e2e.params import Journeys
from suites.e2e.results import DURATION_METRIC
from suites.e2e.round import Round

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
_LOGS_WORTH = 3  # failing rounds of a step whose logs are collected


def _every_journey(steps: Sequence[Step]) -> list[Expectation]:
    """No journey, and no step of one, may fail; every selected journey must have been walked, in every round."""
    count = sum(len(step.params.get("select", ())) * int(step.params.get("times", 1)) for step in steps)
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
            engine = engine_of({})
            browser = browser_version(find_browser({}, engine))
        except ToolMissing:
            engine, browser = "chromium", "missing"
        return {**found, "browser": browser if engine == "chromium" else f"{engine} {browser}"}

    def run(self, scenario: PlannedScenario, context: Context) -> None:
        """Emits a CheckResult per journey and per step of it, durations, and a receipt over all journeys and rounds.

        Raises ToolMissing without a browser (before pytest is started), SuiteError when the account of the
        journeys is not whole.
        """
        steps = [(step, Journeys.model_validate(step.params)) for step in scenario.steps]
        browsers = {params.engine: _browser(context.settings, params) for _, params in steps}
        for _, params in steps:
            if params.endpoint not in context.endpoints:
                known = ", ".join(sorted(context.endpoints))
                raise SuiteError(f"the target announces no endpoint '{params.endpoint}'", advice=f"it has {known}")
        engines = sorted({browser.engine for browser in browsers.values()} - {"chromium"})
        seen = _Seen(required=sum(len(params.select) * params.times for _, params in steps))
        try:
            for step, params in steps:
                self._walk(scenario, step, params, browsers[params.engine], context, seen)
        except SuiteError as error:
            seen.missing.append(f"{step.id}: {error.what}")
            raise
        finally:
            context.emit(
                Receipt(scenario=scenario.id, detector=" ".join(["playwright", *engines]), item="journeys",
                        required=seen.required, seen=seen.answered, skipped=seen.missing, t=context.elapsed())
            )  # fmt: skip

    def _walk(
        self, scenario: PlannedScenario, step: Step, params: Journeys, browser: Browser, context: Context, seen: _Seen
    ) -> None:
        """All rounds of one step; each is told before the next begins."""
        while context.elapsed() < step.at and not context.stop_reason():
            time.sleep(min(0.1, step.at - context.elapsed()))
        failing = 0
        for number in range(1, params.times + 1):
            name = step.id if params.times == 1 else f"{step.id}-{number:02d}"
            if context.stop_reason():
                seen.missing.append(f"{name}: the run was stopped: {context.stop_reason()}")
                continue
            folder, timeout = context.evidence / name, max(1.0, scenario.duration - context.elapsed())
            told = Round(context)
            told.read(walk_together(name, folder, params, browser, self._journeys, context, timeout), params.select)
            if number > 1:
                told.keep_failures_only()
            told.ask_the_shop(folder / "logs", worth=failing < _LOGS_WORTH)
            told.tell(scenario.id, params.suffix)
            failing += any(line.outcome != "passed" for line in told.outcomes.values())
            seen.answered += told.answered()
            if told.trouble is not None:
                raise told.trouble
            where = "" if params.times == 1 else f" in round {number}"
            seen.missing += [f"{one}{params.suffix}{where}: {why}" for one, why in told.unseen(params.select).items()]


@dataclass
class _Seen:
    """For the receipt."""

    required: int
    answered: int = 0
    missing: list[str] = field(default_factory=list)


def _browser(settings: Mapping[str, str], params: Journeys) -> Browser:
    engine = engine_of(settings, params.engine)
    return Browser(engine, find_browser(settings, engine))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"
