"""How a step speaks: checks, figures, faults and receipts of one scenario."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from harness.model.observation import CheckResult, FaultEvent, Measurement, Phase, Receipt
from harness.ports.suite import Context

_SHOWN = 8  # problems that stand in a message; the evidence has all


class Speaker:
    """Emits the observations of one step."""

    def __init__(self, scenario: str, step: str, context: Context) -> None:
        self.scenario, self.step, self.context = scenario, step, context

    def check(
        self, name: str, problems: Sequence[object], evidence: Sequence[Path] = (), *, seconds: float = 0.0
    ) -> None:
        """Passed when there is no problem, else failed with what they say."""
        more = f"; and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        message = "; ".join(map(str, problems[:_SHOWN])) + more
        self._result(name, "failed" if problems else "passed", message, evidence, seconds)

    def broke(self, name: str, why: str, evidence: Sequence[Path] = ()) -> None:
        """The check itself broke: no sample."""
        self._result(name, "errored", why, evidence)

    def skipped(self, name: str, why: str) -> None:
        """It was not looked at."""
        self._result(name, "skipped", why, ())

    def measure(self, metric: str, value: float | None, count: int = 1, *, t: float | None = None,
                histogram: str | None = None, **labels: str) -> None:  # fmt: skip
        """One figure; see the metric for its unit. `t` is seconds of the method, default: now."""
        self.context.emit(
            Measurement(scenario=self.scenario, metric=metric, value=value, count=count, histogram=histogram,
                        t=self.context.elapsed() if t is None else t, labels=labels)
        )  # fmt: skip

    def fault(self, name: str, state: Literal["injected", "healed", "heal-failed"], scope: str) -> None:
        """A fault injected or healed."""
        self.context.emit(
            FaultEvent(scenario=self.scenario, fault=name, state=state, scope=scope, t=self.context.elapsed())
        )

    def receipt(self, detector: str, item: str, required: float, seen: float, skipped: Sequence[str] = ()) -> None:
        """What was to be looked at, and what was."""
        self.context.emit(
            Receipt(scenario=self.scenario, detector=detector, item=item, required=required, seen=seen,
                    skipped=list(skipped), t=self.context.elapsed())
        )  # fmt: skip

    def cite(self, *files: Path) -> None:
        """Names the files behind the scenario's figures; a verdict on one of them cites these."""
        self.context.emit(
            Phase(scenario=self.scenario, name="scenario", state="started", detail="figures", wall=time.time(),
                  evidence=[self.context.relative(path) for path in files])
        )  # fmt: skip

    def keep(self, name: str, content: Any) -> Path:
        """Evidence: text as it is, anything else as JSON. The name is below the step's own folder."""
        path = self.context.evidence / self.step / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content, indent=2, ensure_ascii=False, default=str)
        path.write_text(text if text.endswith("\n") else text + "\n", encoding="utf-8")
        return path

    def _result(
        self,
        name: str,
        outcome: Literal["passed", "failed", "errored", "skipped"],
        message: str,
        evidence: Sequence[Path],
        seconds: float = 0.0,
    ) -> None:
        cited = [self.context.relative(path) for path in evidence]
        self.context.emit(
            CheckResult(scenario=self.scenario, check=name, outcome=outcome, message=message, evidence=cited,
                        duration=seconds, t=self.context.elapsed())
        )  # fmt: skip
