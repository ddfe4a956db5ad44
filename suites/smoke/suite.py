"""Smoke: a few requests that show whether the system works at all. Steps are data; QA writes them in YAML."""

from __future__ import annotations

from collections.abc import Sequence

from harness.model.errors import SuiteError
from harness.model.metric import MetricSpec
from harness.model.observation import CheckResult, Measurement, Receipt
from harness.model.plan import PlannedScenario, Step
from harness.model.scenario import Expectation
from harness.ports.metrics import CHECK_FAILED
from harness.ports.suite import Context, SuiteSpec
from suites.smoke.params import STEPS, Graphql, Request
from suites.smoke.saved import names_used
from suites.smoke.sessions import Sessions
from suites.smoke.walk import StepReport, Walk

DURATION = MetricSpec(
    name="smoke.duration", kind="distribution", dimension="time", labels=("check",),
    doc="Time of a step, from sending to the last byte; of a polled step, until the answer that decided.",
)  # fmt: skip


def _every_step(steps: Sequence[Step]) -> list[Expectation]:
    """A step that its author forgot to expect anything of still counts, and none may be skipped."""
    return [Expectation.model_validate({"metric": "check.failed", "pass": "== 0", "min_samples": max(1, len(steps)),
                                        "id": "every-step", "criteria": []})]  # fmt: skip


def _most_samples(_metric: str, steps: Sequence[Step], _duration: float) -> float:
    return float(len(steps))


class SmokeSuite:
    """Sends the steps in order, each at most once (or until it holds, where the author says so)."""

    spec = SuiteSpec(
        name="smoke",
        steps=STEPS,
        metrics=(CHECK_FAILED, DURATION),
        standing=_every_step,
        most_samples=_most_samples,
    )

    def run(self, scenario: PlannedScenario, context: Context) -> None:
        """Emits one CheckResult per step and a receipt over all of them.

        Raises SuiteError for a `{name}` that no earlier step saves, Refused when a link leads out of the guard.
        """
        steps = [(step, STEPS[step.kind].model_validate(step.params)) for step in scenario.steps]
        _check_names(steps)
        judged, passed_over = 0, []
        with Sessions(context.endpoints, scenario.guard.hosts) as sessions:
            walk = Walk(sessions, context.evidence, context.stop_reason)
            for step, params in steps:
                walk.wait(step.at - context.elapsed())
                reason = context.stop_reason()
                report = StepReport("skipped", f"the run was stopped: {reason}") if reason else None
                report = report or walk.take(step.id, params)
                _emit(scenario.id, step.id, report, context)
                judged += report.answered
                if not report.answered:
                    passed_over.append(f"{step.id}: {report.message}")
        context.emit(
            Receipt(scenario=scenario.id, detector="smoke", item="requests", required=len(steps), seen=judged,
                    skipped=passed_over, t=context.elapsed())
        )  # fmt: skip


def _check_names(steps: Sequence[tuple[Step, Request | Graphql]]) -> None:
    known: set[str] = set()
    for step, params in steps:
        unknown = sorted(names_used(params) - known)
        if unknown:
            raise SuiteError(
                f"step {step.id} uses {', '.join(f'{{{name}}}' for name in unknown)}, which no earlier step saves",
                advice=f"saved before it: {', '.join(sorted(known)) or 'nothing'}",
            )
        known |= params.save.keys()


def _emit(scenario: str, check: str, report: StepReport, context: Context) -> None:
    t = context.elapsed()
    evidence = [context.relative(report.evidence)] if report.evidence else []
    context.emit(
        CheckResult(scenario=scenario, check=check, outcome=report.outcome, message=report.message,
                    duration=report.seconds or 0.0, t=t, evidence=evidence)
    )  # fmt: skip
    if report.seconds is not None:
        labels = {"check": check}
        context.emit(Measurement(scenario=scenario, metric=DURATION.name, t=t, value=report.seconds, labels=labels))
