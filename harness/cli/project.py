"""The project that a command works on: where it is, what lies in it, and the plan that follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from harness.model.errors import ScenarioError, UsageError

if TYPE_CHECKING:
    from harness.model.defect import Defect
    from harness.model.environment import Environment
    from harness.model.plan import Plan
    from harness.model.policy import Policy
    from harness.model.system import System
    from harness.model.waiver import Waiver
    from harness.planning.build import LeftOut
    from harness.ports.catalogue import Catalogue
    from harness.ports.loaded import LoadedScenario

CRITERIA = Path("scenarios/criteria.yaml")
POLICIES = Path("scenarios/policies")
WAIVERS = Path("scenarios/waivers")
SCHEMA = Path("scenarios/schema.json")
SYSTEM = Path("system_under_test/system.yaml")
DEFECTS = Path("suites/selftest/defects")
ENVIRONMENTS = Path("deploy/environments")
DEFAULT_SEED = 1  # a run without --seed can be repeated by anybody


@dataclass(frozen=True)
class Project:
    """A folder with `scenarios/criteria.yaml`. Read when first asked for; everything raises ScenarioError."""

    root: Path

    @cached_property
    def criteria(self) -> dict[str, str]:
        """Id → text of every acceptance criterion."""
        from harness.scenario.documents import load_criteria

        areas = load_criteria(self.root / CRITERIA, root=self.root)
        return {criterion.id: criterion.text for area in areas for criterion in area.criteria}

    @cached_property
    def catalogue(self) -> Catalogue:
        """What may be written in a scenario: the installed suites and targets, this project's criteria."""
        from harness import wiring

        return wiring.catalogue(self.criteria)

    @cached_property
    def scenarios(self) -> list[LoadedScenario]:
        """Every scenario, checked and resolved."""
        from harness.scenario.documents import load_scenarios

        return load_scenarios(self.root, self.catalogue)

    @cached_property
    def system(self) -> System:
        """The system under test."""
        from harness.scenario.documents import load_system

        return load_system(self.root / SYSTEM, self.catalogue, root=self.root)

    @cached_property
    def defects(self) -> dict[str, Defect]:
        """Every planted defect by its id."""
        from harness.scenario.documents import load_defects

        return {d.id: d for d in load_defects(self.root / DEFECTS, root=self.root)}

    def defect(self, name: str) -> Defect:
        """The planted defect of that id."""
        from harness.planning.selection import meant

        if name not in self.defects:
            raise ScenarioError(f"there is no defect '{name}'", advice=meant(name, self.defects.keys()))
        return self.defects[name]

    def policy(self, name: str) -> Policy:
        """The policy of that name, or in the file of that path."""
        from harness.planning.selection import meant
        from harness.scenario.documents import load_policy

        named = self.root / POLICIES / f"{name}.yaml"
        path = named if named.is_file() else Path(name)
        if not path.is_file():
            known = [p.stem for p in (self.root / POLICIES).glob("*.yaml")]
            raise ScenarioError(f"there is no policy '{name}'", where=str(POLICIES), advice=meant(name, known))
        return load_policy(path, root=self.root)

    def environment(self, name: str) -> Environment:
        """The environment of that name, or in the file of that path."""
        from harness.planning.selection import meant
        from harness.scenario.documents import load_environment

        named = self.root / ENVIRONMENTS / f"{name}.yaml"
        path = named if named.is_file() else Path(name)
        if not path.is_file():
            known = [p.stem for p in (self.root / ENVIRONMENTS).glob("*.yaml")]
            raise ScenarioError(f"there is no environment '{name}'", where=str(ENVIRONMENTS), advice=meant(name, known))
        return load_environment(path, self.catalogue, root=self.root)

    def waivers(self, today: date | None) -> list[Waiver]:
        """Every waiver; one that expired before `today` is refused. None: expiry is not looked at."""
        from harness.scenario.documents import load_waivers

        return load_waivers(self.root / WAIVERS, today, root=self.root)

    def waivers_in_force(self) -> list[Waiver]:
        """Those that count today, UTC; an expired one is passed over, for a gate that is asked again later."""
        today = datetime.now(UTC).date()
        return [waiver for waiver in self.waivers(None) if waiver.counts_on(today)]


@dataclass(frozen=True)
class PlanOptions:
    """What a person may choose for a plan. Empty selections mean everything."""

    target: str = "process"
    profile: str = "quick"
    suites: Sequence[str] = ()
    scenarios: Sequence[str] = ()
    seed: int = DEFAULT_SEED
    defect: str | None = None
    environment: str | None = None


def load_project(start: Path | None = None) -> Project:
    """The project in `start` (default: the working directory) or the nearest parent. Raises UsageError."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / CRITERIA).is_file():
            return Project(folder)
    raise UsageError(
        f"no project here: neither this folder nor a parent has {CRITERIA}",
        where=str(here),
        advice="change to the project's folder and try again",
    )


def prepare_plan(project: Project, options: PlanOptions, now: datetime | None = None) -> tuple[Plan, list[LeftOut]]:
    """The plan and what was left out of it. Starts nothing. Raises ScenarioError (exit 2).

    Args:
        now: the moment of planning, with its time zone; default: this one.
    """
    from harness.planning.build import build_plan
    from harness.planning.run_id import created_at, new_run_id
    from harness.planning.selection import select
    from harness.planning.surroundings import git_state, tool_versions

    moment = now or datetime.now(UTC)
    chosen = select(project.scenarios, suites=options.suites, scenarios=options.scenarios)
    plan, left_out = build_plan(
        chosen,
        catalogue=project.catalogue,
        target=options.target,
        profile=options.profile,
        seed=options.seed,
        system=project.system,
        git=git_state(project.root),
        tools={**suite_tools({s.scenario.suite for s in chosen}), **tool_versions()},
        waivers=project.waivers(moment.astimezone(UTC).date()),
        defect=project.defect(options.defect) if options.defect else None,
        run_id=new_run_id(moment, options.seed),
        created=created_at(moment),
        known_scenarios=[s.id for s in project.scenarios],
        asked_for=options.scenarios,
        environment=_environment_name(project, options),
    )
    return plan, left_out


def _environment_name(project: Project, options: PlanOptions) -> str:
    """Its own name, whatever it was called by. Raises UsageError when it is missing, or the target needs none."""
    needs = options.target == "remote"
    if needs and not options.environment:
        known = ", ".join(sorted(p.stem for p in (project.root / ENVIRONMENTS).glob("*.yaml")))
        raise UsageError("the remote target needs --environment", advice=f"there is: {known or 'none yet'}")
    if options.environment and not needs:
        raise UsageError(f"target {options.target} makes its own environment", advice="add --target remote")
    if needs and options.defect:
        raise UsageError("no defect can be planted in an environment that runs already", advice="use another target")
    return project.environment(options.environment).name if options.environment else ""


def suite_tools(names: set[str]) -> Mapping[str, str]:
    """Versions of the tools that these suites stand on, as they say themselves."""
    from harness import wiring

    found: dict[str, str] = {}
    for suite in wiring.suites(sorted(names)).values():
        tools = getattr(suite, "tools", None)
        found |= tools() if tools else {}
    return found
