"""One scenario file, from bytes to a LoadedScenario or to every problem that it has."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import PurePosixPath

from harness.model.plan import PlannedExpectation, Step
from harness.model.scenario import Scenario
from harness.ports.catalogue import Catalogue
from harness.ports.loaded import LoadedScenario, ResolvedProfile
from harness.ports.metrics import CHECK_FAILED
from harness.ports.suite import SuiteSpec
from harness.scenario.checking import check
from harness.scenario.draft import Draft, draft_of
from harness.scenario.expectations import ExpectationReader
from harness.scenario.method import resolve_method
from harness.scenario.problems import Problem, dotted, show, suggestion
from harness.scenario.thresholds import samples_needed
from harness.scenario.yaml_source import Source

FOLDER = "scenarios"
Planned = dict[int, list[PlannedExpectation]]


def read_scenario(source: Source, catalogue: Catalogue) -> tuple[LoadedScenario | None, Draft, list[Problem]]:
    """Checks the form first and then what it means; both always, so that one look shows everything."""
    draft = draft_of(source)
    if source.data is None:
        return None, draft, source.problems
    scenario, problems = check(Scenario, source.data, source)
    problems += _names(draft, catalogue)
    spec = catalogue.suites.get(draft.suite or "")
    profiles: dict[str, ResolvedProfile] = {}
    if spec is not None:
        profiles, found = _resolve(draft, spec, catalogue)
        problems += found
    # The YAML reader's own word about a place counts; what follows from it only confuses.
    said = {p.position for p in source.problems}
    problems = source.problems + [p for p in problems if p.position not in said]
    if problems or scenario is None:
        return None, draft, problems
    return LoadedScenario(scenario, source.file, profiles), draft, []


def _names(draft: Draft, catalogue: Catalogue) -> list[Problem]:
    """Suites, targets and criteria that do not exist, and a file in the wrong folder."""
    source, problems = draft.source, []
    if draft.suite is not None and draft.suite not in catalogue.suites:
        advice = suggestion(draft.suite, catalogue.suites, of="suites")
        problems.append(source.problem(f"unknown suite {show(draft.suite)}", ("suite",), advice=advice))
    elif draft.suite is not None:
        folder = PurePosixPath(source.file).parts[-3:-1]
        if folder != (FOLDER, draft.suite):
            right = f"{FOLDER}/{draft.suite}/"
            what = f"suite is {draft.suite}, but the file does not lie in {right}"
            problems.append(source.problem(what, ("suite",), advice=f"move it to {right}"))
    for path, target in draft.targets.items():
        if target not in catalogue.targets:
            advice = suggestion(target, catalogue.targets, of="targets")
            problems.append(source.problem(f"{dotted(path)}: unknown target {show(target)}", path, advice=advice))
    for path, cited in draft.criteria.items():
        if cited not in catalogue.criteria:
            advice = suggestion(cited, catalogue.criteria, of="criteria")
            problems.append(source.problem(f"{dotted(path)}: there is no criterion {show(cited)}", path, advice=advice))
    return problems + _networks(draft)


def _networks(draft: Draft) -> list[Problem]:
    """A guard that cannot be read must not be found out when the run asks it."""
    problems = []
    for path, network in draft.hosts.items():
        try:
            ip_network(network)
        except ValueError:
            what = f"{dotted(path)}: {show(network)} is no network"
            advice = "write an address or a network with its prefix, such as 127.0.0.0/8"
            problems.append(draft.source.problem(what, path, advice=advice))
    return problems


def _resolve(draft: Draft, spec: SuiteSpec, catalogue: Catalogue) -> tuple[dict[str, ResolvedProfile], list[Problem]]:
    methods, problems = resolve_method(draft, spec)
    reader = ExpectationReader(draft.source, catalogue.metrics(spec.name), draft.profiles, draft.scenario_criteria())
    own: Planned = {i: reader.read(e, ("expectations", i)) for i, e in draft.expectations.items()}
    problems += reader.problems + _same_ids(draft, own)
    resolved: dict[str, ResolvedProfile] = {}
    for name, steps in methods.items():
        profile = draft.profiles[name]
        standing, found = _standing(draft, spec, steps, catalogue, own)
        problems += found + _too_few(draft, spec, name, steps, own) + _capabilities(draft, spec, steps, catalogue)
        expectations = tuple(e for several in own.values() for e in several) + tuple(standing)
        resolved[name] = ResolvedProfile(profile, steps, expectations, frozenset(spec.needs(steps)))
    return resolved, problems


def _same_ids(draft: Draft, own: Planned) -> list[Problem]:
    problems, seen = [], dict[str, int]()
    for index, several in own.items():
        for one in several:
            if one.id in seen:
                what = f"expectations[{index}]: its id {show(one.id)} is that of expectations[{seen[one.id]}]"
                problems.append(
                    draft.source.problem(what, ("expectations", index), advice="give one of them an 'id:' of its own")
                )
                break
        seen |= {one.id: seen.get(one.id, index) for one in several}
    return problems


def _standing(
    draft: Draft, spec: SuiteSpec, steps: tuple[Step, ...], catalogue: Catalogue, own: Planned
) -> tuple[list[PlannedExpectation], list[Problem]]:
    """The suite's own expectations; they stand in no file, so their place is the line that names the suite."""
    reader = ExpectationReader(draft.source, catalogue.metrics(spec.name), {}, draft.scenario_criteria())
    standing = [p for e in spec.standing(steps) for p in reader.read(e, ("suite",), standing=True)]
    added = {one.id for one in standing}
    problems = list(reader.problems)
    for index, several in own.items():
        for one in several:
            if one.id in added:
                what = f"expectations[{index}]: the suite {spec.name} adds {show(one.id)} to every scenario itself"
                problems.append(
                    draft.source.problem(what, ("expectations", index), advice="leave it out, or give it another 'id:'")
                )
    return standing, problems


def _too_few(draft: Draft, spec: SuiteSpec, profile: str, steps: tuple[Step, ...], own: Planned) -> list[Problem]:
    """Expectations that the method cannot feed: they could only ever be inconclusive."""
    problems = []
    duration = draft.profiles[profile].duration
    own_metrics = {metric.name for metric in spec.metrics} | {CHECK_FAILED.name}
    for index, several in own.items():
        for one in several[:1]:
            # Readings of the target are taken beside the method, which says nothing about their number.
            known = one.metric.name in own_metrics
            most = spec.most_samples(one.metric.name, steps, duration) if known else None
            need = max(one.min_samples, samples_needed(one.statistic, one.metric.kind))
            if most is not None and need > most:
                path = ("expectations", index, "min_samples" if need == one.min_samples else "metric")
                why = "" if need == one.min_samples else f": {one.statistic} says nothing of fewer"
                what = (
                    f"{dotted(path)}: {need} samples are needed{why}, but the method of profile {profile} "
                    f"gives at most {most:g}"
                )
                advice = "lengthen the profile, raise the load or ask for fewer"
                problems.append(draft.source.problem(what, path, advice=advice))
    return problems


def _capabilities(draft: Draft, spec: SuiteSpec, steps: tuple[Step, ...], catalogue: Catalogue) -> list[Problem]:
    """A target that the scenario names must have what its method needs; without names, some target must."""
    needs = frozenset(spec.needs(steps))
    known: Mapping[str, frozenset[str]] = catalogue.targets
    problems = [
        draft.source.problem(f"{dotted(path)}: target {name} lacks {_list(needs - known[name])}", path,
                             advice="take the target out, or the step that needs it")
        for path, name in draft.targets.items()
        if name in known and needs - known[name]
    ]  # fmt: skip
    if not draft.targets and not any(needs <= has for has in known.values()):
        problems.append(draft.source.problem(f"no target has all that the method needs: {_list(needs)}", ("method",)))
    return problems


def _list(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))
