"""Looks at this machine for `launchgate doctor`. Nothing is changed, nothing is started but `--version` calls."""

from __future__ import annotations

import contextlib
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from harness.model.errors import LaunchgateError, ToolMissing

_LOCKED = "make env"
_SYSTEM = "make system-packages"
_FREE_GIB = 2


State = Literal["there", "missing", "too old"]


@dataclass(frozen=True)
class Finding:
    """One thing that launchgate stands on."""

    name: str
    state: State
    version: str
    purpose: str
    advice: str
    required: bool = True


def examine(runs_dir: Path) -> list[Finding]:
    """Everything that the shipped suites and targets use, in the order in which a run needs it."""
    return [
        _python(),
        _package("pydantic", "scenarios and records"),
        _package("locust", "load suite"),
        _package("playwright", "end-to-end suite"),
        _package("pytest", "end-to-end suite, tests"),
        _binary("PostgreSQL", "database of the process target", _postgres),
        _binary("Valkey", "queue of the process target", _valkey),
        _browser(),
        _engine("firefox"),
        _engine("webkit"),
        _pango(),
        _git(),
        _disk(runs_dir),
        _docker(),
        _program("kind", "kind target", "version"),
        _program("kubectl", "kind target", "version", "--client"),
    ]


def _python() -> Finding:
    good = sys.version_info >= (3, 11)
    return Finding(
        "Python",
        "there" if good else "too old",
        platform.python_version(),
        "everything",
        "install Python 3.11 or newer",
    )


def _package(name: str, purpose: str) -> Finding:
    try:
        return Finding(name, "there", version(name), purpose, _LOCKED)
    except PackageNotFoundError:
        return Finding(name, "missing", "", purpose, _LOCKED)


def _binary(name: str, purpose: str, find: Callable[[], str]) -> Finding:
    try:
        return Finding(name, "there", find(), purpose, _LOCKED)
    except LaunchgateError as error:
        return Finding(name, "missing", error.what, purpose, error.advice or _LOCKED)


def _postgres() -> str:
    from harness.targets.binaries import postgres_programs

    with tempfile.TemporaryDirectory() as scratch:
        return _version_of(str(postgres_programs(Path(scratch)) / "postgres"))


def _valkey() -> str:
    from harness.targets.binaries import valkey_program

    return _version_of(str(valkey_program()))


def _browser() -> Finding:
    from suites.browsing.launch import find_browser

    purpose = "end-to-end suite"
    try:
        path = find_browser({})
        return Finding("Chromium", "there", _version_of(str(path)), purpose, _SYSTEM)
    except ToolMissing as error:
        return Finding("Chromium", "missing", error.what, purpose, error.advice or _SYSTEM)


def _engine(engine: Literal["firefox", "webkit"]) -> Finding:
    from suites.browsing.launch import browser_version, find_browser

    name, purpose = {"firefox": "Firefox", "webkit": "WebKit"}[engine], "journeys in another engine"
    try:
        path = find_browser({}, engine)
        return Finding(name, "there", browser_version(path), purpose, "", required=False)
    except ToolMissing as error:
        return Finding(name, "missing", error.what, purpose, error.advice, required=False)


def _pango() -> Finding:
    purpose = "PDF reports (HTML is written without it)"
    try:
        import weasyprint

        return Finding("Pango", "there", f"WeasyPrint {weasyprint.__version__}", purpose, _SYSTEM, required=False)
    except (ImportError, OSError):
        return Finding("Pango", "missing", "", purpose, _SYSTEM, required=False)


def _git() -> Finding:
    purpose = "the commit in plans and reports"
    path = shutil.which("git")
    if path is None:
        return Finding("git", "missing", "", purpose, "install git by the package manager")
    return Finding("git", "there", _version_of(path), purpose, "")


def _disk(runs_dir: Path) -> Finding:
    place = next(p for p in (runs_dir.absolute(), *runs_dir.absolute().parents) if p.is_dir())
    free = shutil.disk_usage(place).free / 2**30
    good = free >= _FREE_GIB
    purpose = f"run folders and a throw-away database ({_FREE_GIB} GiB)"
    return Finding(
        "free disk",
        "there" if good else "missing",
        f"{free:.0f} GiB",
        purpose,
        f"make room, or give --runs-dir: {place}",
    )


def _docker() -> Finding:
    """The daemon rather than the program: without it the program is of no use."""
    from harness.targets.docker_engine import connect

    purpose = "containers and kind targets"
    try:
        client = connect(timeout=10)
    except LaunchgateError as error:
        return Finding("Docker", "missing", error.what.splitlines()[0], purpose, error.advice, required=False)
    with contextlib.closing(client):
        return Finding("Docker", "there", str(client.version().get("Version", "")), purpose, "", required=False)


def _program(name: str, purpose: str, *version: str) -> Finding:
    from harness.targets.kubernetes.programs import INSTALL

    path = shutil.which(name)
    if path is None:
        return Finding(name, "missing", "", purpose, INSTALL[name], required=False)
    try:
        return Finding(name, "there", _version_of(path, *version), purpose, "", required=False)
    except ToolMissing as error:
        return Finding(name, "missing", error.what, purpose, INSTALL[name], required=False)


def _version_of(path: str, *arguments: str) -> str:
    try:
        argv = [path, *(arguments or ["--version"])]
        said = subprocess.run(argv, capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ToolMissing(f"{path} does not start: {error}", advice=_SYSTEM) from error
    lines = said.stdout.strip().splitlines()
    return lines[0][:60] if lines else path
