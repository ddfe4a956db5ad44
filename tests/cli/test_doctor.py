"""`launchgate doctor`: each thing is there, missing or too old, with what it is for and what brings it."""

from __future__ import annotations

import json
import shutil
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from harness.cli.main import app
from harness.model.errors import TargetError
from harness.wiring import examine
from tests.support import need_kind

Usage = namedtuple("Usage", "total used free")


def doctor(tmp_path: Path) -> tuple[int, dict[str, dict[str, Any]]]:
    result = CliRunner().invoke(app, ["doctor", "--runs-dir", str(tmp_path), "--format", "json"])
    return result.exit_code, {found["name"]: found for found in json.loads(result.output)}


def test_what_this_machine_has_is_there_with_a_version(tmp_path: Path) -> None:
    code, found = doctor(tmp_path)
    for name in ("Python", "pydantic", "locust", "playwright", "pytest", "PostgreSQL", "Valkey", "git", "free disk"):
        assert found[name]["state"] == "there", found[name]
        assert found[name]["version"], name
    missing = [f["name"] for f in found.values() if f["state"] != "there" and f["required"]]
    assert code == (20 if missing else 0)


def test_a_missing_browser_is_said_with_what_brings_it_and_exits_20(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAUNCHGATE_BROWSER", "/nowhere/chromium")
    code, found = doctor(tmp_path)
    assert code == 20
    assert found["Chromium"]["state"] == "missing"
    assert "/nowhere/chromium" in found["Chromium"]["version"]
    assert "install" in found["Chromium"]["advice"]
    human = CliRunner().invoke(app, ["doctor", "--runs-dir", str(tmp_path)])
    assert "✘" in human.output
    assert "missing or too old: Chromium" in human.output


def test_a_missing_server_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise TargetError("no PostgreSQL here", advice="install the package postgresql")

    monkeypatch.setattr("harness.targets.binaries.postgres_programs", gone)
    code, found = doctor(tmp_path)
    assert code == 20
    assert found["PostgreSQL"]["advice"] == "install the package postgresql"


def test_a_package_git_and_disk_that_are_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def not_installed(name: str) -> str:
        raise examine.PackageNotFoundError(name)

    monkeypatch.setattr(examine, "version", not_installed)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: Usage(10, 10, 2**20))
    found = {f.name: f for f in examine.examine(tmp_path)}
    for name in ("locust", "git", "free disk"):
        assert found[name].state == "missing"
        assert found[name].advice


def test_an_old_python_is_too_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examine.sys, "version_info", (3, 10, 9))
    assert {f.name: f.state for f in examine.examine(tmp_path)}["Python"] == "too old"


def test_a_missing_pango_only_costs_the_pdf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "weasyprint", None)
    found = {f.name: f for f in examine.examine(tmp_path)}["Pango"]
    assert (found.state, found.required) == ("missing", False)


def test_docker_and_the_cluster_tools_are_optional_and_said_how_to_get(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    which = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: None if name in ("kind", "kubectl", "docker") else which(name))
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    found = {f.name: f for f in examine.examine(tmp_path)}
    for name, told in (("Docker", "docs.docker.com"), ("kind", "kind.sigs.k8s.io"), ("kubectl", "kubernetes.io")):
        assert (found[name].state, found[name].required) == ("missing", False), found[name]
        assert told in found[name].advice


def test_docker_and_the_cluster_tools_are_told_with_their_versions(tmp_path: Path) -> None:
    need_kind()
    found = {f.name: f for f in examine.examine(tmp_path)}
    for name in ("Docker", "kind", "kubectl"):
        assert found[name].state == "there", found[name]
        assert any(character.isdigit() for character in found[name].version)
