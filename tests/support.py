"""Helpers that tests of several rooms share."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import ParamSpec, TypeVar

import pytest
from playwright.sync_api import Browser

from harness.model.errors import ToolMissing
from suites.browsing.launch import find_browser, open_browser

Params = ParamSpec("Params")
Result = TypeVar("Result")


def browser_or_reason() -> Path:
    """The Chromium that the suites would use. Without one the test is skipped, in CI (CI=true) it fails."""
    try:
        return find_browser({})
    except ToolMissing as missing:
        tool_or_reason(False, missing.diagnostics())
        raise


def tool_or_reason(present: bool, reason: str) -> None:
    """Skips the test with the reason where a tool is missing; in CI (CI=true) the test fails instead."""
    if present:
        return
    if os.environ.get("CI", "").lower() in ("1", "true", "yes"):
        pytest.fail(f"in CI this must be there: {reason}", pytrace=False)
    pytest.skip(reason)


@functools.cache
def docker_answers() -> bool:
    """Whether a Docker daemon can be used."""
    done = subprocess.run(["docker", "info"], capture_output=True, check=False) if shutil.which("docker") else None
    return done is not None and done.returncode == 0


def need_docker() -> None:
    """For a fixture or a test that needs Docker."""
    tool_or_reason(docker_answers(), "no Docker daemon answers; `launchgate doctor` says what brings it")


def need_kubectl() -> None:
    """For a fixture or a test that renders manifests."""
    tool_or_reason(shutil.which("kubectl") is not None, "no kubectl; `launchgate doctor` says what brings it")


def need_kind() -> None:
    """For a fixture or a test that needs a cluster."""
    need_docker()
    need_kubectl()
    tool_or_reason(shutil.which("kind") is not None, "no kind; `launchgate doctor` says what brings it")


def needs_browser(test: Callable[Params, Result]) -> Callable[Params, Result]:
    """Marks a test that drives a real browser; see `browser_or_reason`."""

    @functools.wraps(test)
    def guarded(*args: Params.args, **kwargs: Params.kwargs) -> Result:
        browser_or_reason()
        return test(*args, **kwargs)

    return pytest.mark.browser(guarded)


class _ModulesBrowser:
    """Opened by the first test of a module that asks for it, closed at the module's end."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._browser: Browser | None = None

    def get(self) -> Browser:
        if self._browser is None:
            self._browser = self._stack.enter_context(open_browser(find_browser({})))
        return self._browser

    def close(self) -> None:
        self._browser = None
        self._stack.pop_all().close()


modules_browser = _ModulesBrowser()


@contextmanager
def clean_browser() -> Iterator[Browser]:
    """The module's browser; pages and contexts that are opened inside are gone afterwards.

    Starting a browser takes longer than many a test; contexts share nothing with one another.
    """
    browser = modules_browser.get()
    try:
        yield browser
    finally:
        for context in browser.contexts:
            context.close()
