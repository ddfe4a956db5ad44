"""Git, tools and names of runs."""

from __future__ import annotations

import os
import re
import subprocess
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model.plan import GitState
from harness.planning import surroundings
from harness.planning.run_id import created_at, new_run_id
from harness.planning.surroundings import git_state, tool_versions

MOMENT = datetime(2026, 11, 23, 10, 15, 30, 250, tzinfo=UTC)


def _git(root: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "commit.gpgsign=false"]
    clean = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=root, check=True, capture_output=True, text=True, env=clean
    )
    return done.stdout.strip()


def test_a_commit_a_branch_and_uncommitted_changes(tmp_path: Path) -> None:
    _git(tmp_path, "init", "-b", "beta")
    assert git_state(tmp_path) == GitState(commit="unknown", branch="beta", dirty=False)
    (tmp_path / "a").write_text("1")
    _git(tmp_path, "add", "a")
    _git(tmp_path, "commit", "-m", "first")
    commit = _git(tmp_path, "rev-parse", "HEAD")
    assert git_state(tmp_path) == GitState(commit=commit, branch="beta", dirty=False)
    (tmp_path / "b").write_text("new")
    assert git_state(tmp_path).dirty
    _git(tmp_path, "checkout", "-q", "--detach")
    assert git_state(tmp_path).branch == ""


def test_no_repository_and_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert git_state(tmp_path / "absent") == GitState()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git_state(Path.cwd()) == GitState()


def test_a_variable_of_a_hook_does_not_lead_to_another_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, here = tmp_path / "other", tmp_path / "here"
    for root, branch in ((other, "other"), (here, "here")):
        root.mkdir()
        _git(root, "init", "-b", branch)
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    assert git_state(here).branch == "here"


def test_versions_of_what_is_installed_and_of_what_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    found = tool_versions()
    assert re.fullmatch(r"3\.\d+\.\d+.*", found["python"])
    assert found["pydantic"].startswith("2.")
    monkeypatch.setattr(surroundings, "PACKAGES", ("no-such-package-here",))
    assert tool_versions()["no-such-package-here"] == "missing"


def test_run_ids_are_readable() -> None:
    assert re.fullmatch(r"2026-11-23T10-15-30Z-[0-9a-f]{4}", new_run_id(MOMENT, 1))
    east = MOMENT.astimezone(timezone(timedelta(hours=9)))
    assert new_run_id(east, 1) == new_run_id(MOMENT, 1)
    assert created_at(east) == "2026-11-23T10:15:30Z"


@given(st.integers(1, 10**9), st.integers(0, 100))
def test_run_ids_sort_by_time(seconds: int, seed: int) -> None:
    assert new_run_id(MOMENT, seed) < new_run_id(MOMENT + timedelta(seconds=seconds), seed)


def test_run_ids_of_one_second_differ() -> None:
    ids = {new_run_id(MOMENT + timedelta(microseconds=n), 1) for n in range(20)} | {new_run_id(MOMENT, 2)}
    assert len(ids) == 21
