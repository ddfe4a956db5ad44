"""Reading a run folder: on this machine or on another, finished or killed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from harness.model.errors import RunFolderError
from harness.model.observation import OBSERVATION, OBSERVATIONS, Observation
from harness.model.plan import Plan
from harness.model.record import RunRecord
from harness.store.folder import EVIDENCE, PLAN, RECORD
from harness.store.folder import OBSERVATIONS as STREAM

T = TypeVar("T", Plan, RunRecord)
_AGAIN = "run it again"
_CHUNK = 4 << 20  # bytes of NDJSON validated in one call: far quicker than line by line


class RunReader:
    """A run folder, read lazily. Everything wrong with it is a RunFolderError naming file and line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not (path / PLAN).is_file():
            raise RunFolderError("not a run folder: it has no plan.json", where=str(path), advice="launchgate list")

    @cached_property
    def plan(self) -> Plan:
        """The plan; its digest is checked."""
        plan = _parse(self.path / PLAN, Plan)
        if plan.digest != plan.compute_digest():
            raise RunFolderError(
                "the plan was changed after it was made: its digest does not fit",
                where=str(self.path / PLAN),
                advice=_AGAIN,
            )
        return plan

    @cached_property
    def record(self) -> RunRecord:
        """The record as it was written last."""
        return _parse(self.path / RECORD, RunRecord)

    def has_record(self) -> bool:
        """Whether the run has been judged."""
        return (self.path / RECORD).is_file()

    def evidence(self, relative: str) -> Path:
        """The file that an observation cites. Raises when it would lie outside the folder."""
        path = (self.path / relative).resolve()
        if not path.is_relative_to(self.path.resolve()):
            raise RunFolderError("evidence outside the run folder", where=relative, advice="do not trust this run")
        return path

    def evidence_files(self) -> list[str]:
        """Relative paths of all kept evidence."""
        root = self.path / EVIDENCE
        return sorted(p.relative_to(self.path).as_posix() for p in root.rglob("*") if p.is_file())

    def observations(self) -> Iterator[Observation]:
        """Every observation, in the order in which it was made.

        A last line without its newline is what a killed run leaves: it is passed over. Any other line that
        cannot be read makes the whole stream unreadable.
        """
        path = self.path / STREAM
        line = 1
        try:
            stream = path.open("rb")
        except OSError as error:
            raise RunFolderError(f"cannot be read: {error.strerror}", where=str(path), advice=_AGAIN) from error
        with stream:
            while True:
                lines = stream.readlines(_CHUNK)
                if not lines:
                    return
                whole = [one for one in lines if one.endswith(b"\n")]
                yield from _validate(whole, path, line)
                line += len(lines)


def _validate(lines: list[bytes], path: Path, first: int) -> list[Observation]:
    try:
        return OBSERVATIONS.validate_json(b"[" + b",".join(lines) + b"]")
    except ValidationError:
        # Slow path, only to name the line.
        for number, one in enumerate(lines, start=first):
            try:
                OBSERVATION.validate_json(one)
            except ValidationError as error:
                detail = error.errors(include_url=False)[0]["msg"]
                raise RunFolderError(
                    f"this line is no observation: {detail}", where=f"{path}:{number}", advice=_AGAIN
                ) from None
        raise RunFolderError("the observations cannot be read", where=f"{path}:{first}", advice=_AGAIN) from None


def _parse(path: Path, kind: type[T]) -> T:
    try:
        return kind.model_validate_json(path.read_bytes())
    except OSError as error:
        raise RunFolderError(f"cannot be read: {error.strerror}", where=str(path), advice=_AGAIN) from error
    except (ValidationError, json.JSONDecodeError) as error:
        first = error.errors(include_url=False)[0] if isinstance(error, ValidationError) else None
        what = f"{'.'.join(str(p) for p in first['loc'])}: {first['msg']}" if first else str(error)
        raise RunFolderError(f"is not a valid {kind.__name__}: {what}", where=str(path), advice=_AGAIN) from None
