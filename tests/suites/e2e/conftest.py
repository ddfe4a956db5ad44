"""Journeys written as text, walked by the real suite; any executable stands in for the browser that nobody opens."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from suites.e2e.suite import EndToEndSuite
from tests.suites.context import FakeContext, planned

MARK = "import pytest, os, signal, time\n@pytest.mark.journey({id!r})\ndef {test}(step):\n"
PASSES = MARK + "    with step('one'):\n        pass\n"
FAILS = MARK + "    with step('one'):\n        assert False, 'expected tea, got coffee'\n"
Walk = Callable[..., FakeContext]


@pytest.fixture
def walk(tmp_path: Path) -> Walk:
    """Walks journeys written as text."""
    folder = tmp_path / "journeys"
    folder.mkdir()
    (folder / "conftest.py").write_text('pytest_plugins = ["suites.e2e.recorder", "suites.e2e.fixtures"]\n')
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib --strict-markers\n")

    def run(
        source: str, *select: str, context: FakeContext | None = None, duration: float = 60, **more: Any
    ) -> FakeContext:
        (folder / "test_it.py").write_text(source)
        context = context or make(tmp_path)
        params = {"select": list(select or ("tea",)), **more}
        EndToEndSuite(folder).run(planned("e2e", [{"id": "w", "journeys": params}], duration=duration), context)
        return context

    return run


def make(root: Path, **more: Any) -> FakeContext:
    """A context in which only the browser's path is set."""
    return FakeContext(root, {"api": "http://127.0.0.1:9"}, {"browser": sys.executable}, **more)
