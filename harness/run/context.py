"""What a running scenario is given: endpoints, evidence folder, child processes, a way to speak."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.model.errors import TargetError
from harness.model.observation import Observation
from harness.ports.clock import Clock
from harness.ports.processes import ProcessSpawner
from harness.ports.suite import ToolResult
from harness.ports.target import Target
from harness.run.recorder import Recorder
from harness.run.stop import StopSwitch

_TICK = 0.2  # seconds between two looks at a child
_GRACE = 8.0  # seconds between SIGTERM and SIGKILL: a load generator needs a moment to write what it holds
_TAIL_LINES = 15


class ScenarioContext:
    """Implements `harness.ports.suite.Context`."""

    def __init__(
        self,
        *,
        endpoints: Mapping[str, str],
        root: Path,
        evidence: Path,
        seed: int,
        settings: Mapping[str, str],
        access: Mapping[str, str],
        recorder: Recorder,
        spawner: ProcessSpawner,
        stop: StopSwitch,
        clock: Clock,
        source_root: Path,
        target: Target,
        services: Sequence[str],
    ) -> None:
        self.endpoints, self.evidence, self.seed, self.settings = endpoints, evidence, seed, settings
        self.access = access
        self._root, self._recorder, self._spawner = root, recorder, spawner
        self._stop, self._clock, self._source_root = stop, clock, source_root
        self._target, self._services = target, services
        self._started = clock.monotonic()

    def begin(self) -> None:
        """Starts the method's clock."""
        self._started = self._clock.monotonic()

    def emit(self, observation: Observation) -> None:
        """Records a fact; it is on disk when this returns."""
        self._recorder.emit(observation)

    def elapsed(self) -> float:
        """Seconds since the method began."""
        return self._clock.monotonic() - self._started

    def stop_reason(self) -> str:
        """Why the method should end now; empty while it may go on."""
        return self._stop.reason

    def relative(self, path: Path) -> str:
        """`path` as it is cited in observations."""
        return path.resolve().relative_to(self._root.resolve()).as_posix()

    def run_tool(
        self,
        argv: Sequence[str],
        *,
        name: str,
        timeout: float,
        env: Mapping[str, str] | None = None,
        on_tick: Callable[[], Any] | None = None,
    ) -> ToolResult:
        """Runs a child to its end. It never outlives this call, nor the harness. Threads may each run one."""
        log = self.evidence / f"{name}.log"
        handle = self._spawner.spawn(argv, name=name, env=env, cwd=self._source_root, log=log)
        deadline = self._clock.monotonic() + timeout
        timed_out, stopped = False, ""
        try:
            while handle.poll() is None:
                stopped = self._stop.reason
                timed_out = self._clock.monotonic() > deadline
                if stopped or timed_out:
                    break
                if on_tick is not None:
                    on_tick()
                self._clock.sleep(_TICK)
        finally:
            # Also after an end of its own: what it left behind (a browser, a worker) is ended with it.
            code = handle.terminate(_GRACE)
        return ToolResult(tuple(argv), code, log, timed_out, stopped, tail_of(log))

    def collect_logs(self, into: Path) -> Sequence[Path]:
        """What the target's services have logged so far, one file a service."""
        into.mkdir(parents=True, exist_ok=True)
        try:
            self._target.collect(into)
        except OSError as error:
            raise TargetError(f"the logs cannot be had: {error}") from error
        return [path for path in (into / f"{name}.log" for name in self._services) if path.is_file()]


def tail_of(log: Path, lines: int = _TAIL_LINES) -> str:
    """The last lines of a log, without terminal colours; empty when there is none."""
    try:
        with log.open("rb") as stream:
            stream.seek(0, 2)
            stream.seek(max(0, stream.tell() - 16_384))
            text = stream.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text).splitlines()[-lines:])
