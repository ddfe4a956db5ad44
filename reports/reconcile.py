"""Report against raw: every figure of the operation table is computed again from each single request.

The report's figures come from histograms that were merged on the way; the raw file has one line per request.
Two ways to the same number, so that a mistake in either is seen before a person reads it.
"""

from __future__ import annotations

import csv
import gzip
import math
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from harness.measure.series import nearest_rank
from harness.model.errors import LaunchgateError
from reports.context.figure import Figure
from reports.context.operations import STATISTICS, OperationRow

RAW_NAME = "samples.csv.gz"
RELATIVE, ABSOLUTE = 0.001, 1e-6  # the histogram's resolution: 0.1 %, and one microsecond
_OK, _UNFINISHED, _MEASURED = "ok", "unfinished", "measured"


class ReportMismatch(LaunchgateError):
    """A figure of the report is not what the raw samples say; the report is not written."""


class RawDamaged(Exception):
    """The raw file ends in mid-stream, as a killed generator leaves it."""


@dataclass
class RawOperation:
    """The single requests of one operation that ended after the warm-up; latencies of the successful ones, seconds."""

    latencies: list[float] = field(default_factory=list)
    failed: int = 0

    @property
    def count(self) -> int:
        """Requests that ended, good or bad."""
        return len(self.latencies) + self.failed


def read_raw(path: Path) -> dict[str, RawOperation]:
    """Operation → its requests. Raises RawDamaged when the file cannot be read to its end."""
    found: dict[str, RawOperation] = defaultdict(RawOperation)
    try:
        for op, latency in _lines(path):
            if latency is None:
                found[op].failed += 1
            else:
                found[op].latencies.append(latency)
    except (OSError, EOFError, zlib.error, KeyError, ValueError, TypeError) as error:
        raise RawDamaged(f"{path.name} cannot be read to its end") from error
    return found


def _lines(path: Path) -> Iterator[tuple[str, float | None]]:
    """Operation and latency of every request that was measured and ended; None for one that failed.

    Latency counts from the moment a request was due, so that waiting for a slow reply is not hidden.
    """
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["phase"] == _MEASURED and row["outcome"] != _UNFINISHED:
                yield row["op"], float(row["ended"]) - float(row["due"]) if row["outcome"] == _OK else None


def reconcile(rows: tuple[OperationRow, ...], raw: dict[str, RawOperation], source: str) -> int:
    """Compares every figure and returns how many agreed.

    Counts must be equal, latencies within 0.1 % and a microsecond. Raises ReportMismatch at the first that differs.
    """
    every = RawOperation([x for r in raw.values() for x in r.latencies], sum(r.failed for r in raw.values()))
    shown = {row.op for row in rows if row.op}
    if shown != set(raw):
        odd = ", ".join(sorted(shown ^ set(raw)))
        raise ReportMismatch(f"operations differ between the report and the raw samples: {odd}", where=source,
                             advice="do not use this run's figures; run it again")  # fmt: skip
    return sum(_row(row, raw[row.op] if row.op else every, source) for row in rows)


def _row(row: OperationRow, raw: RawOperation, source: str) -> int:
    _compare(row.requests, raw.count, source)
    _compare(row.errors, raw.failed, source)
    _compare(row.error_rate, raw.failed / raw.count, source)
    ordered = sorted(raw.latencies)
    for percent, shown in zip(STATISTICS.values(), row.latencies, strict=True):
        expected = nearest_rank(ordered, percent) if ordered else None
        _compare(shown, expected, source, relative=RELATIVE, absolute=ABSOLUTE)
    return 3 + len(STATISTICS)


def _compare(
    shown: Figure, expected: float | None, source: str, relative: float = 1e-12, absolute: float = 0.0
) -> None:
    if shown.value is None or expected is None:
        agrees = shown.value is expected
    else:
        agrees = math.isclose(shown.value, expected, rel_tol=relative, abs_tol=absolute)
    if not agrees:
        _refuse(shown, expected, source)


def _refuse(shown: Figure, expected: float | None, source: str) -> None:
    raise ReportMismatch(
        f"{shown.key} is {shown.raw or shown.text} in the report and {expected!r} in the raw samples",
        where=source,
        advice="do not use this run's figures; run it again",
    )
