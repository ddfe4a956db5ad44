"""The outcome of checking one file, and where files are found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from harness.scenario.problems import Problem
from harness.scenario.yaml_source import Source

T = TypeVar("T")


@dataclass(frozen=True)
class Checked(Generic[T]):
    """A file with its value, or with its problems: never with both."""

    source: Source
    problems: list[Problem]
    value: T | None

    @property
    def file(self) -> str:
        """As messages cite it."""
        return self.source.file


def yaml_files(folder: Path) -> list[Path]:
    """Every YAML file below a folder, sorted; `.yml` too, because a file that is passed over looks like a pass."""
    found = (p for p in folder.rglob("*") if p.suffix.lower() in (".yaml", ".yml") and p.is_file())
    return sorted(found, key=lambda p: p.as_posix())


def display(path: Path, root: Path) -> str:
    """The file as messages cite it: relative to the project, with forward slashes."""
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.as_posix()
