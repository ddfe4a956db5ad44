"""The run folder on disk: its names, and the only code that writes it.

runs/<id>/plan.json  observations.ndjson  record.json  manifest.json  evidence/  reports/
runs/latest -> <id>
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import IO

from harness.model.errors import RunFolderError, UsageError
from harness.model.observation import Observation
from harness.model.plan import Plan
from harness.model.record import RunRecord
from harness.store.manifest import write_manifest

PLAN, OBSERVATIONS, RECORD, MANIFEST = "plan.json", "observations.ndjson", "record.json", "manifest.json"
EVIDENCE, REPORTS, LATEST = "evidence", "reports", "latest"


class RunFolder:
    """A run folder that is being written. Observations are on disk as soon as `append` returns."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.evidence = path / EVIDENCE
        self._stream: IO[str] | None = None

    @classmethod
    def create(cls, runs: Path, plan: Plan) -> RunFolder:
        """Makes `runs/<run_id>/` with its plan and points `runs/latest` at it. Never overwrites a run."""
        path = runs / plan.run_id
        try:
            path.mkdir(parents=True)
        except FileExistsError:
            raise RunFolderError(
                "a run with this id exists already", where=str(path), advice="start the run again; ids are made anew"
            ) from None
        except OSError as error:
            raise RunFolderError(
                f"cannot make the run folder: {error.strerror}", where=str(path), advice="give another --runs-dir"
            ) from error
        folder = cls(path)
        folder.evidence.mkdir()
        _replace(path / PLAN, plan.model_dump_json(by_alias=True, indent=1) + "\n")
        (path / OBSERVATIONS).touch()
        _point_latest(runs, plan.run_id)
        return folder

    def append(self, observation: Observation) -> None:
        """Writes one line, handed to the operating system before this returns."""
        if self._stream is None:
            self._stream = (self.path / OBSERVATIONS).open("a", encoding="utf-8")
        body = observation.model_dump(mode="json", exclude_defaults=True)
        line = json.dumps({"kind": observation.kind, **body}, separators=(",", ":"), allow_nan=False)
        self._stream.write(line + "\n")
        self._stream.flush()

    def write_record(self, record: RunRecord) -> None:
        """Replaces `record.json` in one step: a reader sees the old one or the new one."""
        _replace(self.path / RECORD, record_bytes(record))

    def seal(self) -> None:
        """Closes the stream and writes the manifest over every file of the folder."""
        self.close()
        write_manifest(self.path)

    def close(self) -> None:
        """Closes the stream of observations."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None


def record_bytes(record: RunRecord) -> str:
    """The canonical text of a record: same verdict, same bytes, on every machine."""
    return record.model_dump_json(by_alias=True, indent=1) + "\n"


def find_run(runs: Path, name: str) -> Path:
    """The folder of a run: `latest`, an id, an unambiguous beginning of one, or a path."""
    for candidate in (runs / name, Path(name)):
        if (candidate / PLAN).is_file():
            return candidate.resolve()
    matches = [path for path in list_runs(runs) if path.name.startswith(name)]
    if len(matches) == 1:
        return matches[0].resolve()
    if matches:
        raise UsageError(f"'{name}' means {len(matches)} runs", where=str(runs), advice="give more of the id")
    known = [p.name for p in list_runs(runs)][-3:]
    advice = f"the last runs are {', '.join(known)}" if known else "there is no run yet: launchgate run"
    raise UsageError(f"no run '{name}'", where=str(runs), advice=advice)


def list_runs(runs: Path) -> list[Path]:
    """Every run folder, oldest first (ids sort by time)."""
    if not runs.is_dir():
        return []
    return [p for p in sorted(runs.iterdir()) if not p.is_symlink() and (p / PLAN).is_file()]


def _replace(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)


def _point_latest(runs: Path, run_id: str) -> None:
    temporary = runs / f".latest-{run_id}"
    temporary.symlink_to(run_id, target_is_directory=True)
    temporary.replace(runs / LATEST)
