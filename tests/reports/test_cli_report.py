"""`launchgate report`: paths on stdout, troubles on stderr, and nothing over a folder that was changed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from harness.cli.report import report
from harness.model.errors import LaunchgateError, RunFolderError, ToolMissing
from harness.store.manifest import verify_manifest
from tests.reports.sample import LOAD, build, journey_part, load_part

app = typer.Typer()
app.command()(report)


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments])


def test_paths_are_printed_and_the_folder_stays_sealed(tmp_path: Path) -> None:
    run = build(tmp_path, [load_part(seconds=4)])
    result = invoke("latest", "--runs-dir", tmp_path, "--format", "html", "--format", "json")
    assert result.exit_code == 0, result.output
    names = [Path(line).name for line in result.stdout.splitlines()]
    assert names == [f"load-{LOAD}.html", "index.html", "report.json"]
    assert verify_manifest(run.path) == []


def test_elsewhere_leaves_the_run_alone(tmp_path: Path) -> None:
    run = build(tmp_path / "runs", [journey_part()])
    result = invoke(run.path, "--out", tmp_path / "out", "--format", "junit")
    assert result.exit_code == 0
    assert (tmp_path / "out/junit.xml").is_file()
    assert not (run.path / "reports").exists()


def test_a_killed_run_is_reported_as_it_stands(tmp_path: Path) -> None:
    run = build(tmp_path, [journey_part()], finished=False)
    (run.path / "record.json").unlink()
    result = invoke(run.path, "--format", "md")
    assert result.exit_code == 0
    assert "not sealed" in result.stderr
    assert (run.path / "reports/summary.md").read_text().startswith("# INCONCLUSIVE")


@pytest.mark.parametrize("name", ["record.json", "observations.ndjson"])
def test_a_changed_folder_gets_no_report(tmp_path: Path, name: str) -> None:
    run = build(tmp_path, [journey_part()])
    (run.path / name).write_text((run.path / name).read_text() + "\n")
    result = invoke(run.path, "--format", "md")
    assert isinstance(result.exception, RunFolderError)
    assert not (run.path / "reports").exists()


def test_a_pdf_alone_that_cannot_be_made_is_inconclusive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    run = build(tmp_path, [load_part(seconds=4)])
    alone = invoke(run.path, "--format", "pdf")
    assert isinstance(alone.exception, ToolMissing)
    beside = invoke(run.path, "--format", "pdf", "--format", "md")
    assert beside.exit_code == 0
    assert "the PDF was not made" in beside.stderr


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    run = build(tmp_path, [journey_part()])
    (tmp_path / "file").write_text("")
    result = invoke(run.path, "--out", tmp_path / "file" / "sub", "--format", "md")
    assert isinstance(result.exception, LaunchgateError)
    assert "--out" in result.exception.advice


def test_no_run_at_all(tmp_path: Path) -> None:
    assert isinstance(invoke("latest", "--runs-dir", tmp_path).exception, LaunchgateError)
