"""Helpers that tests of several rooms share."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

import pytest

from harness.model.errors import ToolMissing
from suites.e2e.browser import find_browser

Params = ParamSpec("Params")
Result = TypeVar("Result")


def browser_or_reason() -> Path:
    """The Chromium that the suites would use. Without one the test is skipped, in CI (CI=true) it fails."""
    try:
        return find_browser({})
    except ToolMissing as missing:
        if os.environ.get("CI", "").lower() in ("1", "true", "yes"):
            pytest.fail(f"in CI a browser must be there: {missing.diagnostics()}", pytrace=False)
        pytest.skip(missing.diagnostics())


def needs_browser(test: Callable[Params, Result]) -> Callable[Params, Result]:
    """Marks a test that drives a real browser; see `browser_or_reason`."""

    @functools.wraps(test)
    def guarded(*args: Params.args, **kwargs: Params.kwargs) -> Result:
        browser_or_reason()
        return test(*args, **kwargs)

    return pytest.mark.browser(guarded)
