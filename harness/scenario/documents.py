"""The files that people write, each loaded whole or refused with every problem that it has."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from harness.model.criterion import CriteriaArea
from harness.model.defect import Defect
from harness.model.environment import Environment
from harness.model.errors import ScenarioError
from harness.model.policy import Policy
from harness.model.system import System
from harness.model.waiver import Waiver
from harness.ports.catalogue import Catalogue
from harness.ports.loaded import LoadedScenario
from harness.scenario import other_files
from harness.scenario.checked import Checked, display, yaml_files
from harness.scenario.problems import Problem, unique
from harness.scenario.scenario_file import FOLDER, read_scenario
from harness.scenario.yaml_source import read_source

RESERVED = ("policies", "waivers")  # folders of scenarios/ that hold other kinds
CRITERIA = "criteria.yaml"


def load_scenario(path: Path, catalogue: Catalogue, *, root: Path | None = None) -> LoadedScenario:
    """One scenario. Raises ScenarioError with every problem of the file.

    Args:
        root: folder of the project; messages and the plan cite the file relative to it.
    """
    loaded = check_scenarios([path], catalogue, root=root or path.parent.parent.parent)[0]
    raise_problems([loaded])
    assert loaded.value is not None  # noqa: S101  no problems means a value
    return loaded.value


def load_scenarios(root: Path, catalogue: Catalogue) -> list[LoadedScenario]:
    """Every scenario of the project in `root`. Raises ScenarioError with the problems of all files; also for none."""
    checked = check_scenarios(scenario_files(root), catalogue, root=root)
    if not checked:
        raise ScenarioError("there is no scenario", where=FOLDER, advice=f"write {FOLDER}/<suite>/<name>.yaml")
    raise_problems(checked)
    return [c.value for c in checked if c.value is not None]


def scenario_files(root: Path) -> list[Path]:
    """Every YAML file below `scenarios/` that should be a scenario: all but the criteria, policies and waivers."""
    folder = root / FOLDER
    return [
        path
        for path in yaml_files(folder)
        if path != folder / CRITERIA and path.relative_to(folder).parts[0] not in RESERVED
    ]


def check_scenarios(paths: Iterable[Path], catalogue: Catalogue, *, root: Path) -> list[Checked[LoadedScenario]]:
    """Every file with its problems; an id that two files share is a problem of the second."""
    checked: list[Checked[LoadedScenario]] = []
    first: dict[str, str] = {}
    for path in paths:
        source = read_source(path, display(path, root))
        value, draft, problems = read_scenario(source, catalogue)
        if draft.id is not None and draft.id in first:
            what = f"metadata.id: '{draft.id}' is also the id of {first[draft.id]}"
            problems = [*problems, source.problem(what, ("metadata", "id"), advice="choose another id")]
        elif draft.id is not None:
            first[draft.id] = source.file
        checked.append(Checked(source, unique(problems), None if problems else value))
    return checked


def load_criteria(path: Path, *, root: Path | None = None) -> list[CriteriaArea]:
    """The acceptance criteria by area. Raises ScenarioError."""
    return _value(other_files.check_criteria(path, root or path.parent.parent)).areas


def load_policy(path: Path, catalogue: Catalogue | None = None, *, root: Path | None = None) -> Policy:
    """One policy; with a catalogue its criteria must exist. Raises ScenarioError."""
    return _value(other_files.check_policy(path, root or path.parent.parent.parent, catalogue))


def load_system(path: Path, catalogue: Catalogue | None = None, *, root: Path | None = None) -> System:
    """The system under test; with a catalogue the metrics of its signals must exist. Raises ScenarioError."""
    return _value(other_files.check_system(path, root or path.parent.parent, catalogue))


def load_environment(path: Path, catalogue: Catalogue | None = None, *, root: Path | None = None) -> Environment:
    """An environment that runs already; with a catalogue its suites must exist. Raises ScenarioError."""
    return _value(other_files.check_environment(path, root or path.parent.parent.parent, catalogue))


def load_waivers(folder: Path, today: date | None, *, root: Path | None = None) -> list[Waiver]:
    """Every waiver of a folder, which may be empty or absent. Raises ScenarioError, also for one expired on `today`."""
    return _values(other_files.check_waivers(folder, root or folder.parent.parent, today))


def load_defects(folder: Path, *, root: Path | None = None) -> list[Defect]:
    """Every planted defect of a folder, which may be absent. Raises ScenarioError."""
    return _values(other_files.check_defects(folder, root or folder.parent.parent.parent))


def raise_problems(checked: Iterable[Checked[other_files.T]]) -> None:
    """Raises one ScenarioError with the problems of all files, if there are any."""
    problems: list[Problem] = [p for c in checked for p in c.problems]
    if problems:
        raise ScenarioError(list(problems))


def _value(checked: Checked[other_files.T]) -> other_files.T:
    raise_problems([checked])
    assert checked.value is not None  # noqa: S101  no problems means a value
    return checked.value


def _values(checked: list[Checked[other_files.T]]) -> list[other_files.T]:
    raise_problems(checked)
    return [c.value for c in checked if c.value is not None]
