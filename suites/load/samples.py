"""Raw evidence: every request, and the first failures of each kind word for word."""

from __future__ import annotations

import csv
import gzip
import json
import zlib
from collections import Counter
from pathlib import Path
from typing import NamedTuple

COLUMNS = ("op", "due", "started", "ended", "outcome", "free", "phase")
OK = "ok"
UNFINISHED = "unfinished"
_KEPT_PER_KIND = 3
_LONGEST_DETAIL = 2000  # characters


class Sample(NamedTuple):
    """One request; times in seconds since the method began, to the microsecond.

    Attributes:
        due: when it was meant to start.
        started: when it was sent.
        ended: when its reply was complete, or it failed, or it was cut off.
        outcome: `ok`, `unfinished`, or the kind of failure.
        free: when the user's previous operation had ended; sending later than max(due, free) is the generator's lag.
        phase: `measured` or `warm-up`.
    """

    op: str
    due: float
    started: float
    ended: float
    outcome: str
    free: float
    phase: str


class SampleFile:
    """`samples.csv.gz`: flushed every second, so that even a killed child leaves what it had."""

    def __init__(self, path: Path) -> None:
        self._gzip = gzip.GzipFile(path, "wb", compresslevel=1)
        self._rows: list[str] = [",".join(COLUMNS)]

    def add(self, s: Sample) -> None:
        """Keeps one request. Operation names and outcomes hold no comma or quote."""
        self._rows.append(f"{s.op},{s.due:.6f},{s.started:.6f},{s.ended:.6f},{s.outcome},{s.free:.6f},{s.phase}")

    def flush(self) -> None:
        """Everything so far is readable on disk when this returns."""
        if self._rows:
            self._gzip.write(("\n".join(self._rows) + "\n").encode())
            self._rows.clear()
        self._gzip.flush(zlib.Z_SYNC_FLUSH)

    def close(self) -> None:
        """Flushes and ends the file properly. May be called twice."""
        if not self._gzip.closed:
            self.flush()
            self._gzip.close()


def read_samples(path: Path) -> list[Sample]:
    """Every request of `samples.csv.gz`. Raises ValueError for other columns."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
        rows = csv.reader(text)
        if tuple(next(rows, ())) != COLUMNS:
            raise ValueError(f"{path.name} does not have the columns {', '.join(COLUMNS)}")
        return [
            Sample(op, float(due), float(started), float(ended), outcome, float(free), phase)
            for op, due, started, ended, outcome, free, phase in rows
        ]


class FailureFile:
    """`failures.ndjson`: the first three failures per operation and kind, with what the system said."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8")
        self._kept: Counter[tuple[str, str]] = Counter()

    def add(self, sample: Sample, detail: str) -> None:
        """Keeps it when it is one of the first of its kind."""
        key = (sample.op, sample.outcome)
        if self._kept[key] < _KEPT_PER_KIND:
            self._kept[key] += 1
            row = {
                "op": sample.op,
                "kind": sample.outcome,
                "t": sample.started,
                "detail": detail[:_LONGEST_DETAIL],
            }
            self._file.write(json.dumps(row) + "\n")
            self._file.flush()

    def close(self) -> None:
        """Closes the file."""
        self._file.close()
