"""What is known of the services at the end, kept as evidence."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from harness.model.system import Service
from harness.ports.processes import Handle

Facts = Mapping[str, object]


def leave_state(
    into: Path, logs: Path, services: Sequence[Service], facts: Mapping[str, Facts], faults: Mapping[str, str]
) -> None:
    """Writes `services.json`, and copies the logs unless they lie in `into` already.

    `facts` is by service; one that is not in it was never started.
    """
    into.mkdir(parents=True, exist_ok=True)
    rows = [{"name": s.name, "role": s.role, **facts.get(s.name, {"state": "never started"})} for s in services]
    table = {"services": rows, "sampling_faults": dict(faults)}
    (into / "services.json").write_text(json.dumps(table, indent=2) + "\n")
    if logs.resolve() != into.resolve():
        for log in sorted(logs.glob("*.log")):
            shutil.copy2(log, into / log.name)


def facts_of(handle: Handle) -> Facts:
    """State, exit code and more of a child process."""
    code = handle.poll()
    return {
        "state": "running" if code is None else "ended",
        "pid": handle.pid,
        "started": datetime.fromtimestamp(handle.started, UTC).isoformat(timespec="milliseconds"),
        "exit_code": code,
        "log": handle.log.name,
    }
