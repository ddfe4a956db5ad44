"""Which files `launchgate validate` looks at, and by which rules each is checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness.cli.project import CRITERIA, DEFECTS, ENVIRONMENTS, POLICIES, SYSTEM, WAIVERS, Project
from harness.model.errors import LaunchgateError, ScenarioError
from harness.ports.catalogue import Catalogue
from harness.scenario import documents, other_files
from harness.scenario.checked import Checked, display, yaml_files
from harness.scenario.yaml_source import read_source


def check_all(project: Project) -> list[Checked[Any]]:
    """Every file of the project. Raises ScenarioError when there is no scenario: nothing checked is nothing shown."""
    paths = documents.scenario_files(project.root)
    if not paths:
        raise ScenarioError("there is no scenario", where="scenarios", advice="write scenarios/<suite>/<name>.yaml")
    root, checked = project.root, list[Checked[Any]]()
    criteria = other_files.check_criteria(root / CRITERIA, root)
    checked.append(criteria)
    if criteria.value is None:
        return checked  # nothing else can be told from wrong citations
    scenarios = documents.check_scenarios(paths, project.catalogue, root=root)
    ids = {c.value.id for c in scenarios if c.value is not None}
    complete = ids if len(ids) == len(scenarios) else None
    checked += scenarios
    checked += [
        other_files.check_policy(path, root, project.catalogue, complete) for path in yaml_files(root / POLICIES)
    ]
    checked += other_files.check_waivers(root / WAIVERS, root, datetime.now(UTC).date())
    checked.append(other_files.check_system(root / SYSTEM, root, project.catalogue))
    checked += other_files.check_defects(root / DEFECTS, root)
    checked += [
        other_files.check_environment(path, root, project.catalogue) for path in yaml_files(root / ENVIRONMENTS)
    ]
    return checked


def check_paths(project: Project, paths: Sequence[Path]) -> list[Checked[Any]]:
    """The files named, and every YAML file of the folders named; each by the rules of its kind."""
    files = list(dict.fromkeys(_files(paths)))
    sources = {path: read_source(path, display(path, project.root)) for path in files}
    kinds = {path: other_files.kind_of(source) or "Scenario" for path, source in sources.items()}
    scenarios = [path for path in files if kinds[path] == "Scenario"]
    # Ids are unique in the whole project, so the other files are read too; their own problems are not reported here.
    named = {path.resolve() for path in scenarios}
    others = [p for p in documents.scenario_files(project.root) if p.resolve() not in named]
    found = documents.check_scenarios([*others, *scenarios], project.catalogue, root=project.root)[len(others) :]
    checked: list[Checked[Any]] = list(found)
    checked += [_check_other(path, kinds[path], project, project.catalogue) for path in files if path not in scenarios]
    return sorted(checked, key=lambda c: c.file)


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    problems: list[LaunchgateError] = []
    for path in paths:
        found = yaml_files(path) if path.is_dir() else [path]
        if not path.exists():
            problems.append(LaunchgateError("there is no such file or folder", where=str(path)))
        elif not found:
            problems.append(LaunchgateError("there is no YAML file in this folder", where=str(path)))
        else:
            yield from found
    if problems:
        raise ScenarioError(problems)


def _check_other(path: Path, kind: str, project: Project, catalogue: Catalogue) -> Checked[Any]:
    root = project.root
    if kind == "Criteria":
        return other_files.check_criteria(path, root)
    if kind == "Policy":
        return other_files.check_policy(path, root, catalogue)
    if kind == "Waiver":
        return other_files.check_waiver(path, root, datetime.now(UTC).date())
    if kind == "System":
        return other_files.check_system(path, root, catalogue)
    if kind == "Environment":
        return other_files.check_environment(path, root, catalogue)
    return other_files.check_defect(path, root)
