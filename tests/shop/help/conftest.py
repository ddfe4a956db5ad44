"""A copy of the guides that tests may spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from system_under_test.help.library import Library, open_library
from system_under_test.settings import AppSettings
from tests.shop.helpers import ROOT


class Docs:
    """The guides in a folder of their own."""

    def __init__(self, folder: Path, settings: AppSettings) -> None:
        self.folder = folder
        self._settings = settings.model_copy(update={"docs_dir": folder})

    def add(self, page: str, text: str) -> int:
        """Write a section to the end of a page; return the line of its text."""
        path = self.folder / page
        before = path.read_text().splitlines()
        path.write_text("\n".join([*before, "", "## A section of the test", "", text, ""]))
        return len(before) + 4

    def replace(self, page: str, old: str, new: str) -> None:
        """Change one piece of text, which must be there."""
        path = self.folder / page
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    def open(self) -> Library:
        return open_library(self._settings)


@pytest.fixture
def docs(tmp_path: Path, settings: AppSettings) -> Docs:
    shutil.copytree(ROOT / "docs/help-center", tmp_path / "docs/help-center")
    shutil.copytree(ROOT / "docs/legal", tmp_path / "docs/legal")
    return Docs(tmp_path / "docs", settings)


@pytest.fixture(scope="session")
def library(settings: AppSettings) -> Library:
    return open_library(settings)
