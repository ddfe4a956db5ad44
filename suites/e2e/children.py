"""The processes that walk the journeys: with one list, each journey goes to the one that claims it first."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from harness.ports.suite import Context, ToolResult
from suites.browsing.viewport import Engine
from suites.e2e.params import Journeys
from suites.evidence.account import RESULTS

# What is set in a person's shell must not choose which journeys run, or stop the browser for debugging.
_ENV = {"PYTEST_ADDOPTS": "", "PYTEST_PLUGINS": "", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PWDEBUG": ""}


@dataclass(frozen=True)
class Browser:
    """Which one every child starts."""

    engine: Engine
    path: Path


@dataclass(frozen=True)
class Child:
    """A child that has ended.

    Attributes:
        folder: its own, with its account and evidence.
        raw: the account, as far as it was written.
        began: seconds of the method at which it was started.
    """

    folder: Path
    result: ToolResult
    raw: str
    began: float


def walk_together(
    name: str, folder: Path, params: Journeys, browser: Browser, journeys: Path, context: Context, timeout: float
) -> list[Child]:
    """Walks the selected journeys once, in as many processes as the step allows and has use for.

    Args:
        name: of the step and the round, for the logs of the children.
        folder: of this round; each child has one of its own below it.
        journeys: the folder that pytest is given.
        timeout: seconds for all of it.

    Returns one Child each when all have ended. Raises what `Context.run_tool` raises.
    """
    claims = folder / "claims"
    claims.mkdir(parents=True)
    workers = range(1, min(params.workers, len(params.select)) + 1)

    def walk(worker: int) -> Child:
        own = folder / f"worker-{worker}"
        command = _command(params, context.endpoints, browser, journeys)
        command += [f"--evidence={own.resolve()}", f"--claims={claims.resolve()}"]
        began = context.elapsed()
        result = context.run_tool(command, name=f"pytest-{name}-{worker}", timeout=timeout, env=_ENV)
        return Child(own, result, _read(own / RESULTS), began)

    try:
        with ThreadPoolExecutor(len(workers), thread_name_prefix=f"journeys-{name}") as threads:
            return list(threads.map(walk, workers))
    finally:
        shutil.rmtree(claims, ignore_errors=True)  # the accounts tell who walked what


def _command(params: Journeys, endpoints: Mapping[str, str], browser: Browser, journeys: Path) -> list[str]:
    options = {
        "--base-url": endpoints[params.endpoint],
        "--engine": browser.engine,
        "--browser-path": str(browser.path),
        "--viewport": params.viewport,
        "--patience": f"{params.patience:g}",
        "--journey-timeout": f"{params.timeout:g}",
    }
    # -P: the child's working directory may hold a copy of the sources, which must not be imported
    command = [sys.executable, "-P", "-m", "pytest", str(journeys), "-p", "no:cacheprovider", "--color=no"]
    command += [f"{name}={value}" for name, value in options.items()]
    command += [f"--journey={name}" for name in params.select]
    command += [f"--endpoint={name}={url}" for name, url in sorted(endpoints.items())]
    return command + [f"--allow-console={pattern}" for pattern in params.allow_console]


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
