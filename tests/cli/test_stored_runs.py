"""judge, gate, list and show on stored runs: what they print, and with which exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from harness.cli.main import app
from harness.model.errors import LaunchgateError
from harness.model.observation import Observation
from tests.builders import around, check, errors, phase
from tests.store.test_folder import LINES, PLAN, written

RED = around(check("failed", message="expected 200, got 500", evidence=["evidence/note.txt"]), errors(0, 10))
OPEN_POLICY = "apiVersion: launchgate/v1\nkind: Policy\nid: any\ntitle: Any run\n"


def call(*words: str) -> Result:
    return CliRunner().invoke(app, [*words])


def said(result: Result) -> str:
    """What was printed; an error that main() would print counts too."""
    error = result.exception
    return result.output + (error.diagnostics() if isinstance(error, LaunchgateError) else "")


@pytest.fixture
def policy(tmp_path: Path) -> str:
    path = tmp_path / "any.yaml"
    path.write_text(OPEN_POLICY)
    return str(path)


@pytest.mark.parametrize(
    ("lines", "code", "word"),
    [
        (LINES, 0, "✔ PASS"),
        (RED, 10, "✘ FAIL"),
        (around(), 20, "? INCONCLUSIVE"),
        ([*LINES[:-1], phase("target", "failed", detail="no port"), LINES[-1]], 30, "‼ ERROR"),
        ([*LINES[:-1], phase("scenario", "refused", "s1", detail="10.0.0.1"), LINES[-1]], 40, "⛔ REFUSED"),
    ],
)
def test_judge_says_the_verdict_and_exits_with_its_code(
    tmp_path: Path, lines: list[Observation], code: int, word: str
) -> None:
    path = written(tmp_path, lines)
    result = call("judge", str(path))
    assert (result.exit_code, word in result.output) == (code, True), said(result)


def test_a_red_expectation_is_shown_with_observed_value_threshold_and_evidence(tmp_path: Path) -> None:
    result = call("show", str(written(tmp_path, RED)))
    assert result.exit_code == 0
    assert "check.failed.ratio: observed 100 %, expected == 0, 1 sample" in result.output
    assert "c1: expected 200, got 500" in result.output
    assert "evidence/note.txt" in result.output
    assert "http.error_rate" not in result.output, "what passed is not listed"
    assert "http.error_rate" in call("show", str(written(tmp_path, RED, "second")), "--all").output


def test_judge_without_writing_leaves_the_folder_alone(tmp_path: Path) -> None:
    path = written(tmp_path)
    before = {p: p.stat().st_mtime_ns for p in path.iterdir()}
    assert call("judge", str(path), "--no-write", "--format", "json").exit_code == 0
    assert {p: p.stat().st_mtime_ns for p in path.iterdir()} == before


def test_judge_prints_the_record_as_json(tmp_path: Path) -> None:
    path = written(tmp_path)
    assert call("judge", str(path), "--format", "json").output == (path / "record.json").read_text()


def test_judge_refuses_a_changed_folder(tmp_path: Path) -> None:
    path = written(tmp_path)
    with (path / "evidence/note.txt").open("a") as stream:
        stream.write("!")
    result = call("judge", str(path))
    assert isinstance(result.exception, LaunchgateError)
    assert "note.txt: was changed" in said(result)
    assert result.exception.exit_code == 30


def test_a_killed_run_is_judged_as_it_stands(tmp_path: Path) -> None:
    path = written(tmp_path, LINES[:-1])
    (path / "manifest.json").unlink()
    result = call("show", str(path))
    assert "was killed, or is still going on" in result.output
    assert "? INCONCLUSIVE" in result.output


@pytest.mark.parametrize(("lines", "code"), [(LINES, 0), (RED, 10), (around(), 20)])
def test_gate_is_open_only_for_what_passed(tmp_path: Path, policy: str, lines: list[Observation], code: int) -> None:
    result = call("gate", str(written(tmp_path, lines)), "--policy", policy, "--commit", "any")
    assert result.exit_code == code, said(result)
    assert ("gate OPEN" in result.output) == (code == 0)


@pytest.mark.parametrize(
    ("commit", "code"), [("c0ffee1", 0), ("c0ffee1" + "0" * 33, 0), ("any", 0), ("badc0de", 20), (None, 20)]
)
def test_evidence_of_another_commit_opens_no_gate(tmp_path: Path, policy: str, commit: str | None, code: int) -> None:
    """Without --commit the gate asks for the commit of this checkout, which the run never saw."""
    asked = ["--commit", commit] if commit else []
    result = call("gate", str(written(tmp_path)), "--policy", policy, *asked)
    assert result.exit_code == code, said(result)
    assert ("the run looked at commit c0ffee1" in result.output) == (code == 20)


def test_a_commit_that_is_none_is_bad_usage(tmp_path: Path, policy: str) -> None:
    result = call("gate", str(written(tmp_path)), "--policy", policy, "--commit", "main")
    assert isinstance(result.exception, LaunchgateError)
    assert result.exception.exit_code == 2


def test_the_default_policy_asks_for_every_scenario(tmp_path: Path) -> None:
    result = call("gate", str(written(tmp_path)), "--format", "json")
    decision = json.loads(result.output)
    assert result.exit_code == 20
    assert not decision["open"]
    assert any("asks for scenario shop-smoke" in reason for reason in decision["reasons"])


def test_an_unknown_policy_is_bad_usage(tmp_path: Path) -> None:
    result = call("gate", str(written(tmp_path)), "--policy", "defualt")
    assert isinstance(result.exception, LaunchgateError)
    assert result.exception.exit_code == 2
    assert "default" in said(result)


def test_a_folder_that_is_no_run_is_bad_usage(tmp_path: Path) -> None:
    for verb in ("judge", "show", "gate", "report"):
        result = call(verb, str(tmp_path / "nowhere"), "--runs-dir", str(tmp_path))
        assert isinstance(result.exception, LaunchgateError)
        assert result.exception.exit_code == 2


def test_list_names_runs_newest_first(tmp_path: Path) -> None:
    assert "no runs" in call("list", "--runs-dir", str(tmp_path)).output
    written(tmp_path, run_id="2026-01-01T00-00-00Z-aaaa")
    written(tmp_path, RED, run_id="2026-01-02T00-00-00Z-bbbb")
    lines = call("list", "--runs-dir", str(tmp_path)).output.splitlines()
    assert [line.split()[:2] for line in lines[1:]] == [
        ["2026-01-02T00-00-00Z-bbbb", "fail"],
        ["2026-01-01T00-00-00Z-aaaa", "pass"],
    ]
    assert len(json.loads(call("list", "--runs-dir", str(tmp_path), "--limit", "1", "--format", "json").output)) == 1


def test_the_plan_of_the_tests_is_sound() -> None:
    assert PLAN.digest == PLAN.compute_digest()
