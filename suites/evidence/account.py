"""An account of what a child process looked at: one JSON line each, on disk at once, read back strictly."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from harness.model.errors import SuiteError

RESULTS = "results.ndjson"
Line = TypeVar("Line")


class Account:
    """Writes `results.ndjson` into a folder, so that a killed process leaves a readable part of it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._began = folder, time.monotonic()
        self._file = folder / RESULTS
        folder.mkdir(parents=True, exist_ok=True)
        self._file.write_bytes(b"")

    def clock(self) -> float:
        """Seconds since this account began."""
        return round(time.monotonic() - self._began, 4)

    def write(self, line: BaseModel) -> None:
        """Appends a line; it is with the operating system when this returns."""
        with self._file.open("ab") as stream:
            stream.write(line.model_dump_json().encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())


def read_account(raw: str, line: TypeAdapter[Line], whose: str) -> Iterator[Line]:
    """The lines in order. Raises SuiteError at the first one that cannot be read.

    Args:
        whose: as the error names it, such as `the journeys' results`.
    """
    for number, text in enumerate(raw.splitlines(), start=1):
        try:
            yield line.validate_json(text)
        except ValidationError as error:
            raise SuiteError(f"line {number} of {whose} cannot be read: {error.errors()[0]['msg']}") from error
