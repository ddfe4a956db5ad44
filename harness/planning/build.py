"""Scenarios × target × profile → Plan. Pure: whatever the world has to say comes in as a value."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from harness.model.defect import Defect
from harness.model.errors import LaunchgateError, ScenarioError
from harness.model.plan import GitState, Plan, PlannedScenario
from harness.model.system import System
from harness.model.waiver import Waiver
from harness.planning.selection import in_order, meant
from harness.ports.catalogue import Catalogue
from harness.ports.loaded import LoadedScenario, ResolvedProfile


class LeftOut(NamedTuple):
    """A scenario that was selected and is not in the plan."""

    scenario: str
    reason: str


class Planned(NamedTuple):
    """A plan and what it does not hold; whoever prints the one must print the other."""

    plan: Plan
    left_out: list[LeftOut]


def build_plan(
    loaded: Sequence[LoadedScenario],
    *,
    catalogue: Catalogue,
    target: str,
    profile: str,
    seed: int,
    system: System,
    git: GitState,
    tools: Mapping[str, str],
    waivers: Sequence[Waiver],
    defect: Defect | None,
    run_id: str,
    created: str,
    known_scenarios: Collection[str] = (),
    asked_for: Collection[str] = (),
    environment: str = "",
) -> Planned:
    """Resolves the scenarios against one target and one profile.

    `known_scenarios` are those that exist but were not selected: a defect may name them too. `asked_for` are those
    that a person named.

    A scenario without the profile, or meant for other targets, is left out with the reason. Raises ScenarioError when
    the target or the profile does not exist, when a scenario that was asked for is not for this target, when the target
    lacks what a scenario needs, and when nothing would be planned.
    """
    if target not in catalogue.targets:
        raise ScenarioError(f"there is no target '{target}'", advice=meant(target, catalogue.targets))
    reasons = {s.id: _why_left_out(s, target, profile, asked_for) for s in in_order(loaded)}
    chosen = [s for s in in_order(loaded) if not reasons[s.id]]
    if not chosen:
        raise _nothing_left(target, profile, loaded)
    lacking = [p for s in chosen for p in _lacks(s, s.profiles[profile], target, catalogue.targets[target])]
    if lacking:
        raise ScenarioError(lacking)
    scenarios = [_planned(s, s.profiles[profile]) for s in chosen]
    if defect is not None:
        _check_defect(defect, scenarios, {s.id for s in loaded} | set(known_scenarios))
    plan = Plan(
        run_id=run_id,
        created=created,
        system=system.name,
        target=target,
        environment=environment,
        profile=profile,
        seed=seed,
        git=git,
        tools=dict(sorted(tools.items())),
        scenarios=scenarios,
        known_criteria=dict(sorted(catalogue.criteria.items())),
        waivers=sorted(waivers, key=lambda w: w.id),
        defect=defect,
    )
    return Planned(plan.with_digest(), [LeftOut(name, reason) for name, reason in reasons.items() if reason])


def _why_left_out(loaded: LoadedScenario, target: str, profile: str, asked_for: Collection[str]) -> str:
    """Empty for one that is planned. A scenario that a person named is never left out for its target: see `_lacks`."""
    wanted = loaded.scenario.targets
    if profile not in loaded.profiles:
        return f"it has no profile '{profile}', only {', '.join(sorted(loaded.profiles))}"
    if wanted and target not in wanted and loaded.id not in asked_for:
        return f"it runs on {', '.join(wanted)}, not on target {target}"
    return ""


def _planned(loaded: LoadedScenario, resolved: ResolvedProfile) -> PlannedScenario:
    scenario = loaded.scenario
    return PlannedScenario(
        metadata=scenario.metadata,
        suite=scenario.suite,
        source=loaded.source,
        evidence=resolved.profile.evidence,
        duration=resolved.profile.duration,
        guard=scenario.guard,
        steady_state=scenario.steady_state,
        steps=list(resolved.steps),
        expectations=list(resolved.expectations),
        needs=sorted(resolved.needs),
    )


def _lacks(
    loaded: LoadedScenario, resolved: ResolvedProfile, target: str, capabilities: frozenset[str]
) -> list[LaunchgateError]:
    """Why a scenario cannot run on the target: it names others, or needs what the target does not have."""
    problems = []
    wanted = loaded.scenario.targets
    if wanted and target not in wanted:
        problems.append(
            LaunchgateError(
                f"scenario {loaded.id} runs on {', '.join(wanted)}, not on target {target}",
                where=loaded.source,
                advice=f"--target {wanted[0]}, or select other scenarios with --suite and --scenario",
            )
        )
    if missing := sorted(resolved.needs - capabilities):
        problems.append(
            LaunchgateError(
                f"scenario {loaded.id} needs {', '.join(missing)}, which target {target} lacks",
                where=loaded.source,
                advice="choose another --target, or select other scenarios with --suite and --scenario",
            )
        )
    return problems


def _nothing_left(target: str, profile: str, loaded: Sequence[LoadedScenario]) -> ScenarioError:
    if not loaded:
        return ScenarioError("no scenario is selected")
    known = {name for s in loaded for name in s.profiles}
    if profile in known:
        return ScenarioError(
            f"no selected scenario with the profile '{profile}' runs on target {target}",
            advice=f"they run on {', '.join(sorted({t for s in loaded for t in s.scenario.targets}))}",
        )
    return ScenarioError(f"no selected scenario has the profile '{profile}'", advice=meant(profile, known))


def _check_defect(defect: Defect, scenarios: Sequence[PlannedScenario], known: set[str]) -> None:
    """A planted defect must be able to show itself: what it turns red must be in the plan."""
    problems: list[LaunchgateError] = []
    where = f"defect {defect.id}"
    planned = {s.id: {e.id for e in s.expectations} for s in scenarios}
    for scenario, expectations in defect.turns_red.items():
        if scenario not in planned and scenario not in known:
            problems.append(
                LaunchgateError(f"there is no scenario '{scenario}'", where=where, advice=meant(scenario, known))
            )
        for expectation in expectations if scenario in planned else ():
            if expectation not in planned[scenario]:
                advice = meant(expectation, planned[scenario])
                problems.append(
                    LaunchgateError(f"{scenario} has no expectation '{expectation}'", where=where, advice=advice)
                )
    if not problems and not planned.keys() & defect.turns_red.keys():
        red = ", ".join(sorted(defect.turns_red))
        problems.append(LaunchgateError(f"none of the scenarios it turns red is planned: {red}", where=where))
    if problems:
        raise ScenarioError(problems)
