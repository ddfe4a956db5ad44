"""`launchgate run` with a fake target and fake suites under the real project: order, output, exit code."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from harness import wiring
from harness.cli.main import app
from harness.model.errors import RunFolderError
from harness.model.observation import CheckResult, Receipt
from harness.model.plan import PlannedScenario
from harness.ports.suite import Context
from harness.store.manifest import verify_manifest
from harness.store.reader import RunReader
from tests.run.fakes import FakeSuite, FakeTarget


class Fine(BaseHTTPRequestHandler):
    """Answers every probe."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@pytest.fixture
def endpoint() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Fine)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def checks(outcome: Any) -> Any:
    """A suite that gives every check that the plan asks for this outcome."""

    def work(scenario: PlannedScenario, context: Context) -> None:
        for step in scenario.steps:
            context.emit(CheckResult(scenario=scenario.id, check=step.id, outcome=outcome, message="as planted"))
        required = len(scenario.steps)
        context.emit(Receipt(scenario=scenario.id, detector="smoke", item="steps", required=required, seen=required))

    return work


@pytest.fixture
def run(endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    class Target(FakeTarget):
        capabilities = wiring.target_class("process").capabilities

        def __init__(self, spawner: object) -> None:
            super().__init__()

        def up(self, order: Any) -> Any:
            super().up(order)
            return {"api": endpoint}

    real, real_class = wiring.suites(), wiring.target_class

    def call(*words: str, outcome: str = "passed") -> Result:
        fake = FakeSuite(checks(outcome))
        fake.spec = real["smoke"].spec
        monkeypatch.setattr(wiring, "target_class", lambda name: Target if name == "process" else real_class(name))
        monkeypatch.setattr(wiring, "suites", lambda names=None: {**real, "smoke": fake})
        return CliRunner().invoke(app, ["run", "--runs-dir", str(tmp_path), *words])

    return call


def test_a_green_part_passes_and_does_not_open_the_gate_of_the_policy(run: Any, tmp_path: Path) -> None:
    result = run("--suite", "smoke")
    assert result.exit_code == 0, result.output
    assert "✔ livez" in result.output
    assert "gate      not asked: only a part was selected" in result.output
    folder = (tmp_path / "latest").resolve()
    assert f"report    {tmp_path}" in result.output
    assert verify_manifest(folder) == []


def test_a_red_part_exits_10_and_names_everything(run: Any) -> None:
    result = run("--suite", "smoke", outcome="failed")
    assert result.exit_code == 10
    assert "health[check=livez]: observed 100 %, expected == 0 %, 1 sample" in result.output
    assert "livez: as planted" in result.output


def test_a_skipped_part_is_inconclusive(run: Any) -> None:
    assert run("--suite", "smoke", outcome="skipped").exit_code == 20


def test_a_planted_defect_that_nobody_sees_is_inconclusive(run: Any, tmp_path: Path) -> None:
    result = run("--suite", "smoke", "--defect", "no-new-calendars")
    assert result.exit_code == 20
    assert "was not seen by shop-smoke/writing[check=create-calendar]" in result.output
    assert RunReader((tmp_path / "latest").resolve()).record.defect == "no-new-calendars"


def test_reports_that_are_refused_make_it_an_error(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise RunFolderError("p95 is 3 s in the report and 2 s in the samples")

    monkeypatch.setattr(wiring, "write_reports", refuse)
    result = run("--suite", "smoke")
    assert result.exit_code == 30
    assert "p95 is 3 s" in result.output


@pytest.mark.parametrize("words", [("--suite", "smok"), ("--scenario", "shop"), ("--defect", "nothing"),
                                   ("--profile", "slow"), ("--target", "moon"), ("--policy", "none")])  # fmt: skip
def test_what_does_not_exist_is_bad_usage_and_starts_nothing(run: Any, tmp_path: Path, words: tuple[str, str]) -> None:
    result = run(*words)
    assert result.exception.exit_code == 2
    assert not (tmp_path / "latest").exists()
