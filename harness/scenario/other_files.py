"""Criteria, policies, waivers, systems and defects: each kind's own rules beside those of its model."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, Field

from harness.model.base import Frozen
from harness.model.criterion import CriteriaArea
from harness.model.defect import Defect
from harness.model.environment import Environment
from harness.model.policy import Policy
from harness.model.scenario import API_VERSION
from harness.model.system import System
from harness.model.waiver import Waiver
from harness.ports.catalogue import Catalogue
from harness.scenario.checked import Checked, display, yaml_files
from harness.scenario.checking import check
from harness.scenario.problems import KeyPath, Problem, dotted, nearest, show, suggestion, unique
from harness.scenario.yaml_source import Source, read_source

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)
KINDS = ("Scenario", "Criteria", "Policy", "Waiver", "System", "Defect", "Environment")


class CriteriaFile(Frozen):
    """`scenarios/criteria.yaml`."""

    areas: list[CriteriaArea] = Field(min_length=1)


def check_criteria(path: Path, root: Path) -> Checked[CriteriaFile]:
    """Ids are unique and belong to their area."""
    return _check(CriteriaFile, "Criteria", path, root, _criteria_rules)


def check_policy(
    path: Path, root: Path, catalogue: Catalogue | None, scenario_ids: Collection[str] | None = None
) -> Checked[Policy]:
    """The criteria and scenarios that a policy names exist; each only where it is known what there is."""
    criteria = catalogue.criteria if catalogue else None

    def rules(source: Source, policy: Policy) -> Iterable[Problem]:
        yield from _exist(source, "criteria", policy.criteria, criteria, "criterion", "criteria")
        yield from _exist(source, "never_waive", policy.never_waive, criteria, "criterion", "criteria")
        yield from _exist(source, "scenarios", policy.scenarios, scenario_ids, "scenario", "scenarios")

    return _check(Policy, "Policy", path, root, rules)


def check_waivers(folder: Path, root: Path, today: date | None) -> list[Checked[Waiver]]:
    """Every waiver of the folder; ids that occur twice are problems, and so are waivers that expired before today."""
    checked = [check_waiver(path, root, today) for path in yaml_files(folder)]
    return _no_twins(checked, lambda waiver: waiver.id)


def check_waiver(path: Path, root: Path, today: date | None) -> Checked[Waiver]:
    """One waiver; without a day its expiry is not looked at."""

    def expired(source: Source, waiver: Waiver) -> Iterable[Problem]:
        if today is not None and not waiver.counts_on(today):
            what = f"the waiver expired on {waiver.expires}; today is {today}"
            advice = "repair what it excused and delete the file, or have its owner renew it"
            yield source.problem(what, ("expires",), advice=advice)

    return _check(Waiver, "Waiver", path, root, expired)


def check_defects(folder: Path, root: Path) -> list[Checked[Defect]]:
    """Every planted defect of the folder."""
    checked = [check_defect(path, root) for path in yaml_files(folder)]
    return _no_twins(checked, lambda defect: defect.id)


def check_defect(path: Path, root: Path) -> Checked[Defect]:
    """One planted defect."""
    return _check(Defect, "Defect", path, root, lambda source, defect: ())


def check_system(path: Path, root: Path, catalogue: Catalogue | None) -> Checked[System]:
    """Services exist once, need only what exists, and are started in exactly one way."""
    return _check(System, "System", path, root, lambda s, system: _system_rules(s, system, catalogue))


def check_environment(path: Path, root: Path, catalogue: Catalogue | None) -> Checked[Environment]:
    """The suites that may act on it exist."""

    def rules(source: Source, environment: Environment) -> Iterable[Problem]:
        known = catalogue.suites if catalogue else None
        yield from _exist(source, "suites", environment.suites, known, "suite", "suites")

    return _check(Environment, "Environment", path, root, rules)


def _check(
    model: type[M], kind: str, path: Path, root: Path, rules: Callable[[Source, M], Iterable[Problem]]
) -> Checked[M]:
    source = read_source(path, display(path, root))
    if source.data is None:
        return Checked(source, source.problems, None)
    problems = list(source.problems)
    body = source.data
    if isinstance(body, dict):
        problems += header_problems(source, kind)
        body = {k: v for k, v in body.items() if k not in ("apiVersion", "kind")}
    value, found = check(model, body, source)
    problems += found
    if value is not None:
        problems += rules(source, value)
    return Checked(source, unique(problems), None if problems else value)


def header_problems(source: Source, kind: str) -> list[Problem]:
    """`apiVersion` and `kind` as every file has them."""
    problems = []
    for key, wanted in (("apiVersion", API_VERSION), ("kind", kind)):
        written: Any = source.data.get(key)
        if key not in source.data:
            problems.append(source.problem(f"{key} is missing", advice=f"add '{key}: {wanted}'"))
        elif written != wanted:
            problems.append(source.problem(f"{key}: must be '{wanted}', not {show(written)}", (key,)))
    return problems


def kind_of(source: Source) -> str | None:
    """The nearest kind to the one written; None when there is none."""
    written = source.data.get("kind") if isinstance(source.data, dict) else None
    return nearest(written, KINDS) if isinstance(written, str) else None


def _criteria_rules(source: Source, file: CriteriaFile) -> Iterable[Problem]:
    seen: dict[str, KeyPath] = {}
    for a, area in enumerate(file.areas):
        entries: list[tuple[str, KeyPath]] = [(area.id, ("areas", a, "id"))]
        entries += [(c.id, ("areas", a, "criteria", i, "id")) for i, c in enumerate(area.criteria)]
        for name, path in entries:
            if name in seen:
                yield source.problem(f"{dotted(path)}: {name} is there twice", path)
            elif not (name + ".").startswith(f"{area.id}."):
                yield source.problem(f"{dotted(path)}: {name} does not belong to area {area.id}", path)
            seen[name] = path


def _exist(
    source: Source, key: str, cited: list[str], known: Collection[str] | None, noun: str, plural: str
) -> Iterable[Problem]:
    for index, name in enumerate(cited):
        if known is not None and name not in known:
            path: KeyPath = (key, index)
            advice = suggestion(name, known, of=plural)
            yield source.problem(f"{dotted(path)}: there is no {noun} {show(name)}", path, advice=advice)


def _system_rules(source: Source, system: System, catalogue: Catalogue | None) -> Iterable[Problem]:
    names = [service.name for service in system.services]
    for index, service in enumerate(system.services):
        path: KeyPath = ("services", index)
        if service.name in names[:index]:
            yield source.problem(f"two services are called {show(service.name)}", (*path, "name"))
        if bool(service.command) == bool(service.embedded):
            what = f"service {service.name} needs either a command or 'embedded'"
            yield source.problem(what, path, advice="write exactly one of them")
        for position, needed in enumerate(service.needs):
            if needed not in names:
                advice = suggestion(needed, names, of="services")
                yield source.problem(f"unknown service {show(needed)}", (*path, "needs", position), advice=advice)
    known = {name for suite in (catalogue.suites if catalogue else ()) for name in catalogue.metrics(suite)}  # type: ignore[union-attr]
    for index, signal in enumerate(system.telemetry.signals if system.telemetry and known else []):
        if signal.metric not in known:
            advice = suggestion(signal.metric, known, of="metrics")
            where: KeyPath = ("telemetry", "signals", index, "metric")
            yield source.problem(f"unknown metric {show(signal.metric)}", where, advice=advice)


def _no_twins(checked: list[Checked[M]], name: Callable[[M], str]) -> list[Checked[M]]:
    first: dict[str, str] = {}
    result = []
    for one in checked:
        if one.value is not None and (twin := first.setdefault(name(one.value), one.file)) != one.file:
            what = f"the id {show(name(one.value))} is also that of {twin}"
            one = Checked(one.source, [one.source.problem(what, ("id",))], None)
        result.append(one)
    return result
