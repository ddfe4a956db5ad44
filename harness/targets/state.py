"""What is known of the services at the end, kept as evidence."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from harness.model.system import Service
from harness.ports.processes import Handle


def leave_state(
    into: Path, logs: Path, services: Sequence[Service], handles: Mapping[str, Handle], faults: Mapping[str, str]
) -> None:
    """Writes `services.json`, and copies the logs unless they lie in `into` already."""
    into.mkdir(parents=True, exist_ok=True)
    table = {"services": [_row(s, handles.get(s.name)) for s in services], "sampling_faults": dict(faults)}
    (into / "services.json").write_text(json.dumps(table, indent=2) + "\n")
    if logs.resolve() != into.resolve():
        for log in sorted(logs.glob("*.log")):
            shutil.copy2(log, into / log.name)


def _row(service: Service, handle: Handle | None) -> dict[str, object]:
    row: dict[str, object] = {"name": service.name, "role": service.role, "state": "never started"}
    if handle is None:
        return row
    code = handle.poll()
    return {
        **row,
        "state": "running" if code is None else "ended",
        "pid": handle.pid,
        "started": datetime.fromtimestamp(handle.started, UTC).isoformat(timespec="milliseconds"),
        "exit_code": code,
        "log": handle.log.name,
    }
