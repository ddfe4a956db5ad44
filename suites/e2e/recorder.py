"""The pytest plugin of the journeys: options, the `journey` marker, and `results.ndjson` as the account of it all."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Generator, Sequence
from pathlib import Path

import pytest

from suites.e2e.failure import explain
from suites.e2e.journey import Journey
from suites.e2e.results import EndLine, JourneyLine, Outcome, SessionLine, StartedLine
from suites.evidence.account import Account

JOURNEY = pytest.StashKey[Journey]()
RECORDER = pytest.StashKey["Recorder"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options that a person and the suite share."""
    group = parser.getgroup("journeys")
    group.addoption(
        "--base-url", required=False, default="", help="address of the shop, for instance http://127.0.0.1:8000"
    )
    group.addoption(
        "--endpoint", action="append", default=[], metavar="NAME=URL", help="where else something answers; repeatable"
    )
    group.addoption("--endpoints", default="", metavar="FILE", help="what `launchgate up` printed: all of them at once")
    group.addoption("--headed", action="store_true", help="show the browser")
    group.addoption(
        "--engine", default="", help="chromium, firefox or webkit; default: LAUNCHGATE_ENGINE, else chromium"
    )
    group.addoption("--browser-path", default="", help="its program; default: the one that 'launchgate doctor' shows")
    group.addoption("--viewport", choices=("desktop", "phone"), default="desktop")
    group.addoption("--journey", action="append", default=[], help="walk only this journey; may be repeated")
    group.addoption(
        "--allow-console", action="append", default=[], help="regular expression of harmless console errors"
    )
    group.addoption("--patience", type=float, default=8.0, help="seconds to wait for one thing to appear")
    group.addoption("--journey-timeout", type=float, default=120.0, help="seconds that one journey may take")
    group.addoption("--claims", default="", help="folder that several processes share: each journey is walked by one")
    group.addoption("--evidence", default="", help="folder of results and evidence; default: a new temporary one")


def pytest_configure(config: pytest.Config) -> None:
    """Registers the marker and one Recorder."""
    config.addinivalue_line("markers", "journey(id, criteria): a user journey and the criteria that it speaks to")
    folder = Path(config.getoption("--evidence") or tempfile.mkdtemp(prefix="journeys-"))
    claims = str(config.getoption("--claims"))
    recorder = Recorder(folder, list(config.getoption("--journey")), Path(claims) if claims else None)
    config.stash[RECORDER] = recorder
    config.pluginmanager.register(recorder, "journey-recorder")


class Recorder:
    """Writes one line for everything that happens, at once, so that a killed process leaves a readable account."""

    def __init__(self, folder: Path, wanted: Sequence[str], claims: Path | None = None) -> None:
        self.folder, self._wanted, self._claims = folder, wanted, claims
        self._traces: list[Path] = []
        self._account = Account(folder)
        self.clock, self.write = self._account.clock, self._account.write
        self._verdicts: dict[str, tuple[Outcome, str]] = {}
        self._walks: dict[str, tuple[float, float]] = {}  # node id → (began, ended), on our clock

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Leaves the journeys that are wanted, in the order of the wish: the long ones can be walked first.

        A test without the marker is a mistake: its outcome would be lost.
        """
        ids = [journey_id(item) for item in items]
        doubles = {one for one in ids if ids.count(one) > 1}
        if doubles:
            raise pytest.UsageError(f"two journeys are called {', '.join(sorted(doubles))}")
        dropped = [item for item, one in zip(items, ids, strict=True) if self._wanted and one not in self._wanted]
        items[:] = [item for item in items if item not in dropped]
        if self._wanted:
            items.sort(key=lambda item: self._wanted.index(journey_id(item)))
        config.hook.pytest_deselected(items=dropped)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """The account begins with what will be walked."""
        self.write(SessionLine(collected={journey_id(item): criteria_of(item) for item in session.items}))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        """Passes over a journey that another process has claimed; nothing is said of it here."""
        if self._claims is None or claim(self._claims, journey_id(item)):
            return None
        # the journey before it left open what this one would have used, its module for instance
        item.session._setupstate.teardown_exact(nextitem)
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None]:
        """The journey is named before anything of it can break."""
        self.write(StartedLine(journey=journey_id(item), at=self.clock()))
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None]:
        """What must hold at the end of a journey is part of the journey."""
        began = self.clock()
        try:
            result = yield
        finally:
            self._walks[item.nodeid] = (began, self.clock())
        journey = item.stash.get(JOURNEY, None)
        if journey is None:
            raise RuntimeError("it takes no step, so it has shown nothing; use the fixture 'step'")
        journey.finish()
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Setup and teardown can only break the check; only the call can fail it."""
        report = yield
        error = call.excinfo.value if call.excinfo else None
        if error is not None:
            outcome, text = explain(error)
            if call.when != "call" and outcome == "failed":
                outcome = "errored"
            journey = item.stash.get(JOURNEY, None)
            sentence = journey.sentence(text) if journey and call.when == "call" else f"{call.when}: {text}"
            self._verdicts.setdefault(item.nodeid, (outcome, sentence))
            if journey and call.when == "call" and outcome != "skipped":
                journey.keep_failure(f"{sentence}\n\n{report.longreprtext}")
                self._traces += [path for path in journey.evidence if path.suffix == ".zip"]
            if journey:
                self._hide(journey, report)
        elif call.when == "call":
            self._verdicts.setdefault(item.nodeid, ("passed", ""))
        if call.when == "teardown":
            self._close_account(item, error)
        return report

    @staticmethod
    def _hide(journey: Journey, report: pytest.TestReport) -> None:
        """What pytest prints is kept as well."""
        told = report.longreprtext
        hidden = journey.without_secrets(told)
        if hidden != told:
            report.longrepr = hidden

    def _close_account(self, item: pytest.Item, teardown_error: BaseException | None) -> None:
        outcome, message = self._verdicts.pop(item.nodeid, ("errored", "the journey was never walked"))
        if teardown_error is not None and outcome == "passed":
            outcome, message = "errored", f"the check broke while tidying up: {explain(teardown_error)[1]}"
        if hasattr(item, "wasxfail") or item.get_closest_marker("xfail"):
            outcome, message = "skipped", "marked as expected to fail, so it says nothing"
        journey = item.stash.get(JOURNEY, None)
        began, ended = self._walks.pop(item.nodeid, (self.clock(), self.clock()))
        more = {"broken_step": journey.broken_step, "asked": journey.asked()} if journey and outcome != "passed" else {}
        self.write(
            JourneyLine(
                journey=journey_id(item), outcome=outcome, message=message, at=began, seconds=round(ended - began, 4),
                evidence=[path.relative_to(self.folder).as_posix() for path in journey.evidence] if journey else [],
                **more,
            )
        )  # fmt: skip

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """The account is whole."""
        self.write(EndLine(exit=int(exitstatus)))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tells a person where to look."""
        for path in self._traces:
            terminalreporter.write_line(f"to see what happened: playwright show-trace {path}")
        terminalreporter.write_line(f"results and evidence: {self.folder}")


def claim(folder: Path, journey: str) -> bool:
    """Takes a journey for this process. False when another one has it: the file is made by exactly one."""
    try:
        with (folder / journey).open("x") as file:
            file.write(f"{os.getpid()}\n")
    except FileExistsError:
        return False
    return True


def journey_id(item: pytest.Item) -> str:
    """The id in the test's marker. Raises UsageError without one."""
    marker = item.get_closest_marker("journey")
    found = marker.args[0] if marker and marker.args else ""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", str(found)):
        raise pytest.UsageError(
            f'{item.nodeid} needs a marker such as @pytest.mark.journey("guest-calendar", criteria=[])'
        )
    return str(found)


def criteria_of(item: pytest.Item) -> list[str]:
    """The criteria in the test's marker."""
    marker = item.get_closest_marker("journey")
    return list(marker.kwargs.get("criteria", [])) if marker else []
