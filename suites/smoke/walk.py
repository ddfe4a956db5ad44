"""One walk through the steps: send, hold against the expectations, remember, keep the evidence."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from harness.model.errors import Refused
from suites.evidence.redact import Redactor
from suites.smoke.answer import Answer
from suites.smoke.expect import pick, unmet
from suites.smoke.params import Graphql, Request
from suites.smoke.saved import fill, names_used
from suites.smoke.sessions import Sessions, Unanswered

if TYPE_CHECKING:
    import httpx

_KEPT = 8192  # characters of a body that are kept as evidence
_SLICE = 0.1  # seconds between two looks at the stop switch


@dataclass
class StepReport:
    """What became of one step.

    Attributes:
        answered: whether an answer came and was judged.
        seconds: from the first request to the answer that decided; None without an answer.
        evidence: the file with request and response; None when nothing was sent.
    """

    outcome: Literal["passed", "failed", "errored", "skipped"]
    message: str = ""
    answered: bool = False
    seconds: float | None = None
    evidence: Path | None = None


@dataclass
class Walk:
    """The state that steps share: sessions, saved values, secrets."""

    sessions: Sessions
    evidence: Path
    stop_reason: Callable[[], str]
    saved: dict[str, Any] = field(default_factory=dict)
    redactor: Redactor = field(default_factory=Redactor)

    def take(self, step_id: str, step: Request | Graphql) -> StepReport:
        """Carries one step out. Only a guard's refusal and a stop of the whole harness are raised."""
        for name in step.save:  # should this step fail, an older value must not pass for its own
            self.saved.pop(name, None)
        missing = sorted(names_used(step) - self.saved.keys())
        if missing:
            return StepReport("skipped", f"it needs {', '.join(missing)}, which no earlier step could save")
        try:
            filled = fill(step, self.saved)
            request = filled if isinstance(filled, Request) else filled.as_request()
            sent = self.sessions.build(request)
        except KeyError as name:
            return StepReport("errored", f"the target announces no endpoint {name}")
        except Exception as error:  # noqa: BLE001  whatever httpx finds wrong with a request is ours
            return StepReport("errored", f"the request cannot be made: {error}")
        return self._ask(step_id, request, sent)

    def _ask(self, step_id: str, request: Request, sent: httpx.Request) -> StepReport:
        """Asks once, or with `until` again and again, until the expectations hold or time is up."""
        began, tries = time.monotonic(), 0
        within, every = (request.until.within, request.until.every) if request.until else (0.0, math.inf)
        while True:
            tries += 1
            try:
                answer, problems = self._once(request, sent)
            except Refused:
                raise
            except Exception as error:  # noqa: BLE001  our code or the HTTP library broke, not the shop
                return StepReport("errored", f"the check broke: {type(error).__name__}: {error}")
            spent = time.monotonic() - began
            if not problems or spent + every > within or not self.wait(every):
                break
            sent = self.sessions.build(request)
        if problems and request.until and spent < within and self.stop_reason():
            return StepReport("skipped", f"stopped while waiting: {self.stop_reason()}")
        waited = f" after {spent:.1f} s and {tries} tries" if tries > 1 else ""
        report = StepReport(
            "failed" if problems else "passed",
            f"{'; '.join(problems)}{waited}".strip(),
            answered=answer is not None,
            seconds=None if answer is None else spent if tries > 1 else answer.seconds,
        )
        self._keep(step_id, report, sent, answer)
        return report

    def _once(self, request: Request, sent: httpx.Request) -> tuple[Answer | None, list[str]]:
        """The answer, and what is wrong with it. Values are saved only when nothing is."""
        expected = f"expected an answer to {request.method} {sent.url.path}"
        try:
            answer = self.sessions.send(request, sent)
        except Unanswered as reason:
            return None, [f"{expected}, got {reason}"]
        finally:
            self.redactor.learn(self.sessions.cookie_values())
        problems = unmet(request.expect, answer, self.saved)
        if not problems:
            picked, problems = pick(request.save, answer)
            self.saved.update(picked if not problems else {})
        return answer, problems

    def wait(self, seconds: float) -> bool:
        """Waits; False when the run is to stop meanwhile."""
        deadline = time.monotonic() + seconds
        while not self.stop_reason():
            left = deadline - time.monotonic()
            if left <= 0:
                return True
            time.sleep(min(left, _SLICE))
        return False

    def _keep(self, step_id: str, report: StepReport, sent: httpx.Request, answer: Answer | None) -> None:
        """Writes the evidence of a step, and takes secrets out of its message too."""
        hide = self.redactor
        # the request first: what it shows to be secret is then also found in the answer
        request = {
            "method": sent.method,
            "headers": hide.headers(sent.headers.multi_items()),
            "body": hide.text(sent.content.decode("utf-8", "replace"))[:_KEPT],
            "url": hide.text(str(sent.url)),
        }
        response = answer and {
            "status": answer.status,
            "headers": hide.headers(answer.headers),
            "bytes": len(answer.body),
            "seconds": round(answer.seconds, 6),
            "body": hide.text(answer.text)[:_KEPT],
        }
        report.message = hide.text(report.message)
        head = {"check": step_id, "outcome": report.outcome, "message": report.message}
        self.evidence.mkdir(parents=True, exist_ok=True)
        report.evidence = self.evidence / f"{step_id}.json"
        text = json.dumps({**head, "request": request, "response": response}, ensure_ascii=False, indent=2)
        report.evidence.write_text(text + "\n", encoding="utf-8")
