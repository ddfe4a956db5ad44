"""A context for suites under test: real child processes, observations kept in a list."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from harness.model.errors import LaunchgateError
from harness.model.observation import CheckResult, Measurement, Observation, Receipt
from harness.model.plan import PlannedScenario, Step
from harness.model.scenario import Guard, Metadata
from harness.ports.suite import ToolResult

Kind = TypeVar("Kind", CheckResult, Measurement, Receipt)


class FakeContext:
    """Implements `harness.ports.suite.Context`.

    Args:
        root: stands for the run folder; evidence lies below it.
        during: called with the child at every tick, for instance to kill it.
        logs: service → what it has logged; collecting them raises the error when it is one.
    """

    def __init__(
        self,
        root: Path,
        endpoints: Mapping[str, str],
        settings: Mapping[str, str] | None = None,
        during: Callable[[subprocess.Popen[bytes]], None] | None = None,
        logs: Mapping[str, str] | LaunchgateError | None = None,
    ) -> None:
        self.root, self.endpoints, self.settings, self.seed = root, endpoints, settings or {}, 7
        self.evidence = root / "evidence" / "scenario"
        self.evidence.mkdir(parents=True, exist_ok=True)
        self.seen: list[Observation] = []
        self.tools: list[tuple[str, ...]] = []
        self.stop = ""
        self._during, self._began = during, time.monotonic()
        self.logs: Mapping[str, str] | LaunchgateError = logs or {}
        self.collected = 0

    def emit(self, observation: Observation) -> None:
        self.seen.append(observation)

    def elapsed(self) -> float:
        return time.monotonic() - self._began

    def stop_reason(self) -> str:
        return self.stop

    def relative(self, path: Path) -> str:
        return path.resolve().relative_to(self.root.resolve()).as_posix()

    def run_tool(
        self,
        argv: Sequence[str],
        *,
        name: str,
        timeout: float,
        env: Mapping[str, str] | None = None,
        on_tick: Callable[[], Any] | None = None,
    ) -> ToolResult:
        self.tools.append(tuple(argv))
        log = self.evidence / f"{name}.log"
        deadline, timed_out = time.monotonic() + timeout, False
        with log.open("wb") as out:
            child = subprocess.Popen(
                list(argv), stdout=out, stderr=subprocess.STDOUT, env={**os.environ, **(env or {})},
                cwd=self.root, start_new_session=True,
            )  # fmt: skip
            while child.poll() is None:
                timed_out = time.monotonic() > deadline
                if timed_out or self.stop:
                    os.killpg(child.pid, signal.SIGTERM)
                    child.wait(10)
                    break
                if self._during:
                    self._during(child)
                if on_tick:
                    on_tick()
                time.sleep(0.02)
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        return ToolResult(tuple(argv), child.returncode, log, timed_out, self.stop, tail)

    def collect_logs(self, into: Path) -> Sequence[Path]:
        self.collected += 1
        if isinstance(self.logs, LaunchgateError):
            raise self.logs
        into.mkdir(parents=True, exist_ok=True)
        for service, text in self.logs.items():
            (into / f"{service}.log").write_text(text)
        return sorted(into.glob("*.log"))

    def of(self, kind: type[Kind]) -> list[Kind]:
        """Everything emitted of one kind."""
        return [one for one in self.seen if isinstance(one, kind)]

    def check(self, name: str) -> CheckResult:
        """The one result of a check."""
        found = [one for one in self.of(CheckResult) if one.check == name]
        assert len(found) == 1, f"{name}: {found}"
        return found[0]

    def receipt(self) -> Receipt:
        """The one receipt."""
        (found,) = self.of(Receipt)
        return found


def planned(
    suite: str, steps: Sequence[Mapping[str, Any]], *, hosts: Sequence[str] = ("127.0.0.0/8",), duration: float = 60
) -> PlannedScenario:
    """A scenario of the given steps, each `{"id": …, "<kind>": {…}}`."""
    made = []
    for number, step in enumerate(steps):
        ((kind, params),) = [(k, v) for k, v in step.items() if k not in ("id", "at")]
        made.append(Step(id=step.get("id", f"step-{number}"), kind=kind, params=params, at=step.get("at", 0.0)))
    return PlannedScenario(
        metadata=Metadata(id="under-test", title="Under test", owner="qa"), suite=suite, source="test.yaml",
        evidence="partial", duration=duration, guard=Guard(hosts=list(hosts)), steps=made, expectations=[],
    )  # fmt: skip
