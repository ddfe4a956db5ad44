"""The shop's own lines about a journey's requests, found by the ids that it gave them. Pure, but for reading files.

An answer bears `X-Request-ID`; the line with that id names the trace, and every line of the trace belongs to the
request, also those that the worker wrote when it did what the request had put into the queue.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from suites.e2e.results import AskedLine

_MOST = 500  # lines that are kept of one journey
_BAD = ("critical", "error")
_SAID_ANYWAY = frozenset(
    {"event", "level", "logger", "timestamp", "request_id", "trace_id", "span_id", "message_id", "error"}
)


@dataclass(frozen=True)
class LogLine:
    """One line of one service, with its fields."""

    service: str
    text: str
    fields: Mapping[str, Any]

    @property
    def bad(self) -> bool:
        """Whether it tells of an error."""
        return self.fields.get("level") in _BAD

    def sentence(self) -> str:
        """`api: request_fault, RuntimeError at events.py:31 add_event (route=/graphql)`."""
        error = self.fields.get("error")
        error = error if isinstance(error, Mapping) else {"type": error} if error else {}
        places = error.get("at") or []
        what = f", {error['type']}" if error.get("type") else ""
        where = f" at {places[-1]}" if isinstance(places, list) and places else ""
        rest = [f"{k}={v}" for k, v in self.fields.items() if k not in _SAID_ANYWAY and isinstance(v, str | int)]
        return f"{self.service}: {self.fields.get('event', '?')}{what}{where}" + (
            f" ({', '.join(rest)})" if rest else ""
        )


@dataclass(frozen=True)
class Found:
    """What the shop logged about one journey: the failing step first, then the others, newest first.

    Attributes:
        steps: step → its lines, in the order of time.
    """

    steps: Mapping[str, Sequence[LogLine]]
    broken_step: str

    def error(self) -> str:
        """The sentence of the error that explains most: of the failing step, else of any; empty when there is none."""
        lines = [line for step in self.steps.values() for line in step]
        first = next((line for line in lines if line.bad), None)
        return first.sentence() if first else ""

    def text(self) -> str:
        """The file that is kept."""
        parts: list[str] = []
        for step, lines in self.steps.items():
            head = f"--- {step or 'before the first step'}" + (" (here it failed)" if step == self.broken_step else "")
            shown = [f"{line.service}  {line.text}" for line in lines[-_MOST:]]
            parts += [head, *(shown or ["the shop logged nothing about the requests of this step"])]
        return "\n".join(parts) + "\n"


class ShopLog:
    """The lines of all services that name a request or a trace.

    Args:
        files: one log a service; what is no JSON object is passed over, also what stands before it in a line.
    """

    def __init__(self, files: Iterable[Path]) -> None:
        self._lines = [line for path in sorted(files) for line in _read(path)]
        self._trace_of = {
            str(line.fields["request_id"]): str(line.fields["trace_id"])
            for line in self._lines
            if "request_id" in line.fields and "trace_id" in line.fields
        }

    def about(self, asked: Sequence[AskedLine], broken_step: str) -> Found:
        """Everything about these requests."""
        step_of = {self._trace_of[one.request_id]: one.step for one in asked if one.request_id in self._trace_of}
        by_step: dict[str, list[LogLine]] = {step: [] for step in dict.fromkeys(one.step for one in asked)}
        for line in self._lines:
            step = step_of.get(str(line.fields.get("trace_id")))
            if step is not None:
                by_step[step].append(line)
        by_step.setdefault(broken_step, [])
        order = [broken_step, *(step for step in reversed(by_step) if step != broken_step)]
        return Found({step: sorted(by_step[step], key=_time) for step in order}, broken_step)


def _read(path: Path) -> Iterator[LogLine]:
    with path.open(encoding="utf-8", errors="replace") as file:
        for raw in file:
            start = raw.find("{")  # on a cluster the line begins with its time
            if start < 0 or '"trace_id"' not in raw:
                continue
            try:
                fields = json.loads(raw[start:])
            except ValueError:
                continue
            if isinstance(fields, dict):
                yield LogLine(path.stem, raw[start:].strip(), fields)


def _time(line: LogLine) -> str:
    return str(line.fields.get("timestamp", ""))
