"""The tap: every request with its intended start, kept raw and in histograms per operation and second.

Locust's own statistics are not used: they are rounded to two digits and timed from the actual send.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from hdrh.histogram import HdrHistogram

from harness.measure.histogram import encode, new_histogram, record
from suites.load.samples import OK, UNFINISHED, FailureFile, Sample, SampleFile
from suites.load.wire import ChildConfig, LagLine, OperationLine


@dataclass(slots=True)
class _Bucket:
    """Requests of one operation that were due in one second."""

    latency: HdrHistogram = field(default_factory=new_histogram)
    service: HdrHistogram = field(default_factory=new_histogram)
    ok: int = 0
    failed: Counter[str] = field(default_factory=Counter)


class Tap:
    """Collects requests; `drain` gives what has come in since the last call.

    Args:
        config: of the child; its files are made in `folder`.
        measured_from: due times before it belong to the warm-up, seconds since the method began.
    """

    def __init__(self, config: ChildConfig, folder: Path, measured_from: float) -> None:
        self._measured_from = measured_from
        self._samples = SampleFile(folder / config.samples)
        self._failures = FailureFile(folder / config.failures)
        self._buckets: dict[tuple[str, int, Literal["measured", "warm-up"]], _Bucket] = {}
        self._lag = new_histogram()
        self._sends = 0
        self.completed = 0
        self.unfinished = 0
        self.unsent = 0
        self.measured: Counter[str] = Counter()

    def record(
        self,
        op: str,
        *,
        due: float,
        free: float,
        started: float,
        ended: float,
        outcome: str,
        detail: str = "",
    ) -> None:
        """Takes one request that was sent; `outcome` is `ok`, `unfinished` or the kind of failure."""
        phase: Literal["measured", "warm-up"] = "measured" if due >= self._measured_from else "warm-up"
        # To the microsecond before anything is computed, so that the file gives exactly the histograms.
        due, free, started, ended = round(due, 6), round(free, 6), round(started, 6), round(ended, 6)
        sample = Sample(op, due, started, ended, outcome, free, phase)
        self._samples.add(sample)
        if outcome == UNFINISHED:
            self.unfinished += 1
            return
        self.completed += 1
        bucket = self._bucket(op, int(due), phase)
        if outcome == OK:
            bucket.ok += 1
            record(bucket.latency, ended - due)
            record(bucket.service, ended - started)
        else:
            bucket.failed[outcome] += 1
            self._failures.add(sample, detail)
        if phase == "measured":
            self.measured[op] += 1
            self._sends += 1
            record(self._lag, started - max(due, free))

    def _bucket(self, op: str, second: int, phase: Literal["measured", "warm-up"]) -> _Bucket:
        key = (op, second, phase)
        if (found := self._buckets.get(key)) is None:
            found = self._buckets[key] = _Bucket()
        return found

    def drain(self) -> list[OperationLine]:
        """One line per operation and second of what ended since the last call; the raw samples are on disk."""
        self._samples.flush()
        buckets, self._buckets = self._buckets, {}
        return [
            OperationLine(
                op=op, second=second, phase=phase, ok=b.ok, failed=dict(b.failed),
                latency=encode(b.latency) if b.ok else None, service=encode(b.service) if b.ok else None,
            )
            for (op, second, phase), b in buckets.items()
        ]  # fmt: skip

    def drain_lag(self, t: float) -> list[LagLine]:
        """The generator's lag over what ended since the last call; nothing when nothing did."""
        if not self._sends:
            return []
        line = LagLine(t=t, sends=self._sends, lag=encode(self._lag))
        self._sends, self._lag = 0, new_histogram()
        return [line]

    def close(self) -> None:
        """Ends the raw files properly. May be called twice."""
        self._samples.close()
        self._failures.close()
