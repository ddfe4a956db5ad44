"""From the child's stream to observations. Pure: text in, observations out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from pydantic import ValidationError

from harness.model.errors import SuiteError
from harness.model.observation import Measurement, Observation, Phase, Receipt
from suites.load.wire import LINE, LagLine, Line, OperationLine, ReadingLine, SummaryLine, WorkloadLine

DETECTOR = "locust"
# Share of the planned user time that must really have been offered: users who leave early are no load.
_STAYED = 0.9


def parse(lines: Iterable[str], scenario: str, source: str) -> Iterator[Observation]:
    """Observations of a whole stream.

    Args:
        lines: with their line ends, so that one that was cut off can be told from a whole one.
        source: the file's name, for errors.

    Raises SuiteError, naming file and line, for a line that is broken, cut off, missing or does not add up.
    """
    parser = StreamParser(scenario, source)
    for line in lines:
        yield from parser.feed(line)
    parser.finish()


class StreamParser:
    """The same, line by line, for a stream that still grows."""

    def __init__(self, scenario: str, source: str) -> None:
        self._scenario, self._source = scenario, source
        self._number = 0
        self._completed: Counter[str] = Counter()
        self.summary: SummaryLine | None = None

    def feed(self, text: str) -> list[Observation]:
        """Observations of one line."""
        self._number += 1
        if not text.endswith("\n"):
            raise self._broken("the line is cut off: the load generator was killed while it wrote")
        if self.summary is not None:
            raise self._broken("a line after the summary")
        try:
            line = LINE.validate_json(text)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(map(str, first["loc"]))
            raise self._broken(
                f"not a line of the load generator: {field + ': ' if field else ''}{first['msg']}"
            ) from None
        return list(self._observe(line))

    def finish(self) -> None:
        """To be called after the last line: whether the stream is whole and the behaviour sound."""
        if self.summary is None:
            raise self._broken("the stream ends without a summary: the load generator did not come to its end")
        if self.summary.behaviour_errors:
            raise SuiteError(
                f"the behaviour broke off: {self.summary.behaviour_errors[0]}",
                where=self._source,
                advice="this is a fault of the user class in suites/load/users; the traceback is in the tool's log",
            )

    def _broken(self, what: str) -> SuiteError:
        return SuiteError(what, where=f"{self._source}:{self._number}", advice="the run says nothing; run it again")

    def _observe(self, line: Line) -> Iterator[Observation]:
        if isinstance(line, OperationLine):
            yield from self._operation(line)
        elif isinstance(line, ReadingLine):
            yield from self._reading(line)
        elif isinstance(line, LagLine):
            self._holds(line.lag, line.sends)
            yield self._measure("generator.lag", line.t, histogram=line.lag, count=line.sends)
        elif isinstance(line, WorkloadLine):
            yield Phase(scenario=self._scenario, name="scenario", state="started", detail="workload",
                        wall=line.wall, facts=line.facts)  # fmt: skip
        else:
            yield from self._end(line)

    def _operation(self, line: OperationLine) -> Iterator[Observation]:
        self._holds(line.latency, line.ok)
        self._holds(line.service, line.ok)
        count, failed, labels = line.completed, line.completed - line.ok, {"op": line.op}
        self._completed[line.phase] += count
        if line.phase == "warm-up":
            yield self._measure("load.warmup_requests", line.second, value=count, count=count, labels=labels)
            return
        if line.ok:
            yield self._measure("http.latency", line.second, histogram=line.latency, count=line.ok, labels=labels)
            yield self._measure("http.service_time", line.second, histogram=line.service, count=line.ok, labels=labels)
        yield self._measure("http.requests", line.second, value=count, count=count, labels=labels)
        yield self._measure("http.error_rate", line.second, value=failed, count=count, labels=labels)
        for kind, number in line.failed.items():
            yield self._measure("http.errors", line.second, value=number, count=number, labels={**labels, "kind": kind})

    def _reading(self, line: ReadingLine) -> Iterator[Observation]:
        yield self._measure("load.users", line.t, value=line.users)
        yield self._measure("generator.cpu", line.t, value=line.cpu)
        yield self._measure("generator.memory", line.t, value=line.memory)

    def _end(self, line: SummaryLine) -> Iterator[Observation]:
        before = self._number - 1
        if line.lines != before:
            raise self._broken(f"the summary tells of {line.lines} lines before it, there are {before}")
        if line.completed != self._completed.total() or sum(line.measured.values()) != self._completed["measured"]:
            raise self._broken(
                f"the summary tells of {line.completed} requests ({sum(line.measured.values())} measured), "
                f"the lines of {self._completed.total()} ({self._completed['measured']} measured)"
            )
        self.summary = line
        yield from self._receipts(line)

    def _receipts(self, line: SummaryLine) -> Iterator[Receipt]:
        """What was to be offered, and what really was."""
        seen = [op for op in line.operations if line.measured.get(op)]
        unseen = [f"{op}: no request of it ended after the warm-up" for op in line.operations if op not in seen]
        yield self._receipt("users", line.users_planned, line.users_peak, line.t)
        offered = self._receipt("user-seconds", _STAYED * line.user_seconds_planned, line.user_seconds, line.t)
        yield offered.model_copy(update={"required": round(offered.required, 1), "seen": round(offered.seen, 1)})
        yield self._receipt("operations", max(1, len(line.operations)), len(seen), line.t, unseen)
        yield self._receipt("requests", max(1, line.due), line.completed, line.t)

    def _receipt(self, item: str, required: float, seen: float, t: float, skipped: list[str] | None = None) -> Receipt:
        return Receipt(scenario=self._scenario, detector=DETECTOR, item=item, required=required, seen=seen,
                       skipped=skipped or [], t=t)  # fmt: skip

    def _measure(
        self, metric: str, t: float, *, value: float | None = None, count: int = 1,
        histogram: str | None = None, labels: dict[str, str] | None = None,
    ) -> Measurement:  # fmt: skip
        return Measurement(scenario=self._scenario, metric=metric, t=t, value=value, count=count,
                           histogram=histogram, labels=labels or {})  # fmt: skip

    def _holds(self, histogram: str | None, count: int) -> None:
        """A histogram must hold as many samples as the line says."""
        from harness.measure.histogram import (
            merge,
        )  # numpy-free but slow to import: only when a load really ran

        try:
            held = merge([histogram]).get_total_count() if histogram is not None else 0
        except ValueError as error:
            raise self._broken(str(error)) from None
        if held != count:
            raise self._broken(f"a histogram holds {held} samples, the line says {count}")
