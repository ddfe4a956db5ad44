"""Live progress of a run on stderr: a moving line on a terminal, plain lines elsewhere (CI, pipes, NO_COLOR)."""

from __future__ import annotations

from rich.markup import escape
from rich.status import Status

from harness.cli.output import stderr_console
from harness.model.observation import CheckResult, Phase
from harness.run.events import (
    CheckSeen,
    Event,
    PhaseSeen,
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

_EVERY = 10.0  # seconds between two lines of progress where no terminal is
_CHECK_MARKS = {"passed": "[green]✔[/]", "failed": "[red]✘[/]", "errored": "[red]‼[/]", "skipped": "[magenta]–[/]"}
_BAD = ("failed", "unavailable", "refused", "aborted", "interrupted")


class ConsoleListener:
    """A listener for `harness.run.lifecycle`."""

    def __init__(self) -> None:
        self._console = stderr_console()
        self._status: Status | None = None
        self._said_at = 0.0

    def __call__(self, event: Event) -> None:
        """Shows one event."""
        match event:
            case RunStarted():
                plan = event.plan
                self._say(f"run {plan.run_id} · {len(plan.scenarios)} scenarios · profile {plan.profile}")
                if plan.defect:
                    self._say(f"[yellow]planted defect {plan.defect.id}: {escape(plan.defect.title)}[/]")
            case TargetStarting():
                self._wait_for(f"bringing up target {event.target}")
            case TargetSaid():
                self._say(f"  {escape(event.text)}")
            case TargetUp():
                self._done()
                self._say(f"target {escape(event.detail)}: {event.endpoints.get('api', '')}")
            case ScenarioStarted():
                self._said_at = 0.0
                self._wait_for(f"\\[{event.number}/{event.total}] {event.scenario.id}: {escape(_title(event))}")
            case Progress():
                self._progress(event)
            case CheckSeen():
                self._check(event.check)
            case PhaseSeen():
                self._phase(event.phase)
            case ScenarioFinished():
                self._done()
                self._say(f"  {event.scenario.id} took {event.seconds:.1f} s")
            case TargetDown():
                self._done()
                left = "it is kept" if event.kept else "nothing of this run is left running"
                self._say(f"target down after {event.seconds:.1f} s; {left}")
            case RunJudged():
                self._done()

    def _progress(self, event: Progress) -> None:
        text = f"{event.scenario.id} {event.seconds:.0f} s of at most {event.scenario.duration:.0f} s"
        if self._status is not None:
            self._status.update(f"{text} · {event.observations} observations")
        elif event.seconds - self._said_at >= _EVERY:
            self._said_at = event.seconds
            self._say(f"  {text}")

    def _check(self, check: CheckResult) -> None:
        message = f": {escape(check.message)}" if check.outcome != "passed" else ""
        self._say(f"  {_CHECK_MARKS[check.outcome]} {check.check} {check.duration:.1f} s{message}")

    def _phase(self, phase: Phase) -> None:
        if phase.state in _BAD:
            advice = f" — {phase.advice}" if phase.advice and phase.advice not in phase.detail else ""
            self._say(f"  [red]{phase.name} {phase.state}[/]: {escape(phase.detail + advice)}")
        elif phase.name == "defect":
            self._say(f"  [yellow]{escape(phase.detail)}[/]")

    def _wait_for(self, text: str) -> None:
        self._done()
        if self._console.is_terminal:
            self._status = self._console.status(text)
            self._status.start()
        self._say(text)

    def _say(self, text: str) -> None:
        self._console.print(text)

    def _done(self) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None


def _title(event: ScenarioStarted) -> str:
    return event.scenario.metadata.title
