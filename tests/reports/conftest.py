"""Two whole runs, built once: everything holds; something fails, with a waiver and a picture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from harness.judge.expectation import fingerprint
from harness.model.waiver import Waiver
from harness.store.reader import RunReader
from reports.render import WrittenReport, write_reports
from tests.reports.sample import LOAD, build, journey_part, load_part


@dataclass(frozen=True)
class Reported:
    """A run with its reports."""

    run: RunReader
    written: list[WrittenReport]

    def text(self, name: str) -> str:
        return (self.run.path / "reports" / name).read_text(encoding="utf-8")

    @property
    def load_html(self) -> str:
        return self.text(f"load-{LOAD}.html")


def report(run: RunReader) -> Reported:
    return Reported(run, write_reports(run, run.path / "reports"))


@pytest.fixture(scope="session")
def passing(tmp_path_factory: pytest.TempPathFactory) -> Reported:
    parts = [journey_part(), load_part(seconds=15)]
    return report(build(tmp_path_factory.mktemp("passing"), parts))


@pytest.fixture(scope="session")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Reported:
    waiver = Waiver(
        id="known-timeouts", fingerprint=fingerprint(LOAD, "no-errors", "process"), owner="platform",
        reason="timeouts of the old driver", expires=date(2026, 12, 31),
    )  # fmt: skip
    parts = [
        journey_part(outcome="failed", message="the event was never shown"),
        load_part(slow=3.4, failing=0.05, seconds=15),
    ]
    return report(build(tmp_path_factory.mktemp("failing"), parts, waivers=[waiver]))
