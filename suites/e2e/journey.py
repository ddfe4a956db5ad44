"""A journey under way: its named steps, its visitors, its time limit, its folder of evidence."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator

from suites.browsing.visitor import Visitor
from suites.e2e.failure import explain
from suites.e2e.results import AskedLine, Line, MeasureLine, Outcome, StepLine
from suites.evidence.redact import Redactor

_SHOTS_QUALITY = 70  # JPEG: milestones are for people, a few dozen KiB each


def slug_of(name: str) -> str:
    """`"Add an event"` → `"add-an-event"`."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


@dataclass
class Journey:
    """One walk.

    Attributes:
        folder: where its evidence goes.
        allow_console: regular expressions of console errors that do not count.
        deadline: on the monotonic clock; checked at every step, so no step is cut in the middle.
        tell: takes the line of every step that ended, and of what was measured.
        clock: seconds since the process began.
        step_name: the step under way, empty between two; `last_step` stays.
        redactor: knows the secrets of all visitors once something went wrong.
    """

    id: str
    folder: Path
    allow_console: Sequence[str]
    seconds: float
    tell: Callable[[Line], None]
    clock: Callable[[], float]
    visitors: list[Visitor] = field(default_factory=list)
    evidence: list[Path] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    step_name: str = ""
    last_step: str = ""
    broken_step: str = ""
    redactor: Redactor = field(default_factory=Redactor)
    _slugs: set[str] = field(default_factory=set)
    _told: bool = False
    _began: float = field(default_factory=time.monotonic)

    @contextmanager
    def step(self, name: str, *, allow_console: Sequence[str] = ()) -> Iterator[None]:
        """A named part of the journey; a console error during it makes it fail."""
        slug = slug_of(name)
        if not slug or slug in self._slugs or self.step_name:
            raise RuntimeError(f"step “{name}” of {self.id} is unnamed, named twice or inside another step")
        self._slugs.add(slug)
        self.step_name, self.last_step, began = name, name, self.clock()
        outcome, message = "passed", ""
        try:
            yield
            self.check(allow_console)
        except BaseException as error:
            outcome, message = explain(error)
            message = self.without_secrets(message)
            self.broken_step = name
            raise
        finally:
            self.step_name = ""
            seconds = round(max(0.0, self.clock() - began), 4)
            self.tell(StepLine(journey=self.id, step=name, slug=slug, outcome=outcome, message=message,
                               at=began, seconds=seconds))  # fmt: skip

    def check(self, allow_console: Sequence[str] = ()) -> None:
        """Raises AssertionError for a console error nobody allowed, and when time is up."""
        for visitor in self.visitors:
            errors = dict.fromkeys(visitor.new_errors([*self.allow_console, *allow_console]))
            assert not errors, f"expected no error in the browser's console, got {'; '.join([*errors][:3])}"  # noqa: S101
        spent = time.monotonic() - self._began
        assert spent <= self.seconds, f"expected the journey within {self.seconds:g} s, got {spent:.0f} s"  # noqa: S101

    def finish(self) -> None:
        """What must hold at the end: a journey without a step has shown nothing."""
        self.check()
        if not self._slugs:
            raise RuntimeError(f"{self.id} takes no step, so it has shown nothing")
        assert not self.complaints, "; ".join(self.complaints)  # noqa: S101

    def milestone(self, visitor: Visitor, name: str, *, showing: Locator | None = None) -> None:
        """A small picture of what a person sees, kept on success too; scrolled so that `showing` is in it."""
        if showing is not None:
            showing.scroll_into_view_if_needed()
        self.folder.mkdir(parents=True, exist_ok=True)
        number = 1 + sum(path.suffix == ".jpg" for path in self.evidence)
        path = self.folder / f"{number:02d}-{slug_of(name)}.jpg"
        visitor.page.screenshot(path=path, type="jpeg", quality=_SHOTS_QUALITY, scale="css", animations="disabled")
        self.evidence.append(path)

    def note(self, name: str, problem: str = "") -> None:
        """Something looked at on the way that does not end the walk. Good without a problem; `finish` tells of all."""
        outcome: Outcome = "failed" if problem else "passed"
        self.tell(StepLine(journey=self.id, step=name, slug=slug_of(name), outcome=outcome, message=problem,
                           at=self.clock(), seconds=0.0))  # fmt: skip
        if problem:
            self.complaints.append(f"{name}: {problem}")

    def measure(self, metric: str, value: float, labels: Mapping[str, str]) -> None:
        """A figure on the way, under one of the suite's metrics."""
        self.tell(MeasureLine(journey=self.id, metric=metric, value=value, labels=dict(labels), at=self.clock()))

    def keep_failure(self, text: str) -> None:
        """Everything a person needs to see why, from every visitor, without secrets."""
        self.folder.mkdir(parents=True, exist_ok=True)
        kept = [path for visitor in self.visitors for path in visitor.keep(self.folder, self.redactor)]
        report = self.folder / "failure.txt"
        report.write_text(self.without_secrets(text) + "\n", encoding="utf-8")
        self.evidence = [*kept, report, *self.evidence]

    def without_secrets(self, text: str) -> str:
        """A text without what the visitors' browsers keep secret."""
        if not self._told:
            self._told = True  # asking takes a while, and after a failure nothing changes any more
            for visitor in self.visitors:
                visitor.tell_secrets(self.redactor)
        return self.redactor.plain(text)

    def asked(self) -> list[AskedLine]:
        """What the shop answered, of all visitors."""
        return [
            AskedLine(step=one.step, request_id=one.request_id)
            for visitor in self.visitors
            for one in visitor.network.asked
        ]

    def close(self) -> None:
        """Ends every visitor's browser context."""
        for visitor in self.visitors:
            visitor.context.close()

    def sentence(self, text: str) -> str:
        """The sentence of a failure, with its step and what the network did meanwhile."""
        where = f"at step “{self.broken_step}”: " if self.broken_step else ""
        refusals = [line for visitor in self.visitors for line in visitor.refusals()]
        meanwhile = f"; meanwhile {refusals[-1]}" if refusals else ""
        return self.without_secrets(f"{where}{text.rstrip('.')}{meanwhile}")
