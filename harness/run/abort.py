"""Abort thresholds: they end a method at once instead of tormenting a system that has already failed."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence

from harness.measure.series import Series
from harness.model.observation import Measurement
from harness.model.plan import PlannedExpectation
from harness.model.threshold import Threshold

_SHORTEST = 1.0  # seconds: readings come once a second


class AbortWatch:
    """Looks at measurements as they come and calls `abort` when a threshold has held for its whole time."""

    def __init__(self, expectations: Sequence[PlannedExpectation], abort: Callable[[str], None]) -> None:
        self._recent = [_Recent(e, e.abort) for e in expectations if e.abort is not None]
        self._abort = abort
        self._lock = threading.Lock()

    def __bool__(self) -> bool:
        return bool(self._recent)

    def see(self, measurement: Measurement) -> None:
        """Takes one measurement in."""
        with self._lock:
            for one in self._recent:
                complaint = one.see(measurement)
                if complaint:
                    self._abort(complaint)


class _Recent:
    """The last seconds of one expectation's samples."""

    def __init__(self, expectation: PlannedExpectation, threshold: Threshold) -> None:
        self._expectation, self._threshold = expectation, threshold
        self._span = max(_SHORTEST, threshold.holds_for)
        self._samples: deque[Measurement] = deque()
        self._since = 0.0

    def see(self, measurement: Measurement) -> str:
        expectation = self._expectation
        selector = Series(expectation.metric, expectation.labels)
        if measurement.metric != expectation.metric.name or not selector.selects(measurement.labels):
            return ""
        if not self._samples:
            self._since = measurement.t
        self._samples.append(measurement)
        while self._samples[0].t < measurement.t - self._span:
            self._samples.popleft()
        if measurement.t - self._since < self._threshold.holds_for:
            return ""
        for sample in self._samples:
            selector.add(sample)
        observed = selector.statistic(expectation.statistic)
        if observed is None or not self._threshold.holds(observed):
            return ""
        return f"{expectation.id} {self._threshold.text}: the last {self._span:g} s read {observed:.4g}"
