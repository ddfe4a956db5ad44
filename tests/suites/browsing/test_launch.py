"""Which browser is taken; and that a named one is never silently replaced."""

from __future__ import annotations

import json
import os
from importlib.util import find_spec
from pathlib import Path

import pytest

from harness.model.errors import ExitCode, ToolMissing
from suites.browsing import launch
from suites.browsing.launch import engine_of, find_browser, launch_arguments
from suites.browsing.viewport import Engine, window
from tests import support


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any browser."""
    monkeypatch.delenv(launch.VARIABLE, raising=False)
    monkeypatch.delenv(launch.ENGINE_VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "downloads"))
    (tmp_path / "bin").mkdir()
    return tmp_path


def executable(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


PROGRAMS: dict[Engine, str] = {
    "chromium": "chrome-linux64/chrome",
    "firefox": "firefox/firefox",
    "webkit": "pw_run.sh",
}


def playwrights(bare: Path, *, complete: bool = True, engine: Engine = "chromium") -> Path:
    spec = find_spec("playwright")
    assert spec is not None
    assert spec.origin is not None
    listed = json.loads((Path(spec.origin).parent / "driver/package/browsers.json").read_text())["browsers"]
    revision = next(one["revision"] for one in listed if one["name"] == engine)
    folder = bare / "downloads" / f"{engine}-{revision}"
    made = executable(folder / PROGRAMS[engine])
    if complete:
        (folder / "INSTALLATION_COMPLETE").touch()
    return made


def test_none(bare: Path) -> None:
    with pytest.raises(ToolMissing, match="no browser") as caught:
        find_browser({})
    assert caught.value.exit_code is ExitCode.INCONCLUSIVE
    assert "playwright install chromium" in caught.value.advice


@pytest.mark.parametrize("name", launch.ON_PATH)
def test_on_path(bare: Path, name: str) -> None:
    made = executable(bare / "bin" / name)
    assert find_browser({}) == made


def test_playwrights_own_comes_before_path(bare: Path) -> None:
    executable(bare / "bin" / "chromium")
    own = playwrights(bare)
    assert find_browser({}) == own


def test_a_broken_download_is_not_taken(bare: Path) -> None:
    playwrights(bare, complete=False)
    other = executable(bare / "bin" / "chromium")
    assert find_browser({}) == other


def test_another_revision_is_not_taken(bare: Path) -> None:
    executable(bare / "downloads" / "chromium-1" / "chrome-linux" / "chrome")
    (bare / "downloads" / "chromium-1" / "INSTALLATION_COMPLETE").touch()
    with pytest.raises(ToolMissing):
        find_browser({})


def test_the_setting_comes_first(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    playwrights(bare)
    chosen, by_variable = executable(bare / "mine"), executable(bare / "yours")
    monkeypatch.setenv(launch.VARIABLE, str(by_variable))
    assert find_browser({"browser": str(chosen)}) == chosen
    assert find_browser({}) == by_variable
    assert find_browser({"browser": ""}) == by_variable


@pytest.mark.parametrize("by", ["setting", "variable"])
def test_a_named_one_that_is_missing_is_not_replaced(bare: Path, monkeypatch: pytest.MonkeyPatch, by: str) -> None:
    playwrights(bare)
    missing = str(bare / "gone")
    if by == "variable":
        monkeypatch.setenv(launch.VARIABLE, missing)
    with pytest.raises(ToolMissing, match="no browser at"):
        find_browser({"browser": missing} if by == "setting" else {})


@pytest.mark.parametrize("engine", ["firefox", "webkit"])
def test_other_engines_are_playwrights_own(bare: Path, engine: Engine) -> None:
    executable(bare / "bin" / engine)  # the system's own cannot be driven
    playwrights(bare)
    with pytest.raises(ToolMissing, match=f"no {engine}") as caught:
        find_browser({}, engine)
    assert f"playwright install {engine}" in caught.value.advice
    playwrights(bare, engine=engine, complete=False)
    with pytest.raises(ToolMissing):
        find_browser({}, engine)
    made = playwrights(bare, engine=engine)
    assert find_browser({}, engine) == made
    assert find_browser({"browser": "/nowhere/chromium"}, engine) == made  # that names a Chromium


def test_an_older_webkit_for_an_older_system(bare: Path) -> None:
    spec = find_spec("playwright")
    assert spec is not None
    assert spec.origin is not None
    listed = json.loads((Path(spec.origin).parent / "driver/package/browsers.json").read_text())["browsers"]
    others = next(one for one in listed if one["name"] == "webkit")["revisionOverrides"]
    system, revision = next(iter(others.items()))
    folder = bare / "downloads" / f"webkit_{system.replace('-', '_')}_special-{revision}"
    made = executable(folder / "pw_run.sh")
    (folder / "INSTALLATION_COMPLETE").touch()
    assert find_browser({}, "webkit") == made


def test_the_engine_is_the_settings_then_the_scenarios(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert engine_of({}) == "chromium"
    assert engine_of({}, "webkit") == "webkit"
    monkeypatch.setenv("LAUNCHGATE_ENGINE", "firefox")
    assert engine_of({}, "webkit") == "firefox"
    assert engine_of({"engine": "chromium"}, "webkit") == "chromium"
    with pytest.raises(ToolMissing, match="no engine 'lynx'") as caught:
        engine_of({"engine": "lynx"})
    assert "chromium, firefox, webkit" in caught.value.advice


def test_a_phone_without_what_firefox_does_not_know() -> None:
    assert window("phone")["is_mobile"] is True
    assert "is_mobile" not in window("phone", "firefox")
    assert window("phone", "firefox")["viewport"] == window("phone")["viewport"]


def test_the_sandbox_is_given_up_only_as_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert "--no-sandbox" in launch_arguments()
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "--no-sandbox" not in launch_arguments()
    assert "--disable-background-networking" in launch_arguments()


def test_browser_tests_are_skipped_for_people_and_fail_in_ci(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = []

    @support.needs_browser
    def guarded() -> None:
        ran.append(1)

    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no browser"):
        guarded()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="in CI this must be there: no browser"):
        guarded()
    assert ran == []
    executable(bare / "bin" / "chromium")
    guarded()
    assert ran == [1]
