"""Name → class. The one room that knows which suites, targets and reports there are; plugins join by entry point."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.ports.catalogue import Catalogue
    from harness.ports.suite import Suite
    from harness.targets.supervisor import Supervisor
    from reports.render import WrittenReport

SUITES = {
    "smoke": "suites.smoke.suite:SmokeSuite",
    "e2e": "suites.e2e.suite:EndToEndSuite",
    "load": "suites.load.suite:LoadSuite",
    "infra": "suites.infra.suite:InfraSuite",
    "docs": "suites.docs.suite:DocsSuite",
}
TARGETS = {
    "process": "harness.targets.process:ProcessTarget",
    "containers": "harness.targets.containers.target:ContainersTarget",
    "kind": "harness.targets.kubernetes.target:KindTarget",
    "remote": "harness.targets.remote:RemoteTarget",
}
# Setting of a suite → the environment variable that a person sets.
SETTINGS = {"browser": "LAUNCHGATE_BROWSER", "engine": "LAUNCHGATE_ENGINE"}


def suites(names: Iterable[str] | None = None) -> dict[str, Suite]:
    """The suites of these names, or all: the built-in ones and plugins (entry point group `launchgate.suites`)."""
    table = _table("suites", SUITES)
    return {name: _load(table[name])() for name in (table if names is None else names)}


def target_class(name: str) -> Any:
    """The class of a target: called with a `ProcessSpawner`, it gives a Target."""
    return _load(_table("targets", TARGETS)[name])


def catalogue(criteria: Mapping[str, str]) -> Catalogue:
    """What may be written in a scenario of this installation."""
    from harness.ports.catalogue import Catalogue

    return Catalogue(
        suites={name: suite.spec for name, suite in suites().items()},
        targets={name: target_class(name).capabilities for name in _table("targets", TARGETS)},
        criteria=criteria,
    )


def settings() -> dict[str, str]:
    """Settings of the suites, from the environment."""
    return {name: os.environ[variable] for name, variable in SETTINGS.items() if os.environ.get(variable)}


def kept(target: str) -> str:
    """Name of what a target has kept from an earlier run; empty when there is nothing."""
    tell = getattr(target_class(target), "kept", None)
    return str(tell()) if tell else ""


def end_kept(target: str | None = None) -> list[str]:
    """Ends what a target (or any) has kept, and says what was done. Raises TargetError while a run uses it."""
    names = [target] if target else list(_table("targets", TARGETS))
    enders = [getattr(target_class(name), "end_kept", None) for name in names]
    return [said for said in (end() for end in enders if end) if said]


def supervisor(tag: str, log: Path) -> Supervisor:
    """What starts the children of a run, and ends them whatever happens."""
    from harness.targets.supervisor import Supervisor

    return Supervisor(tag, log)


def write_reports(run: Path, into: Path | None = None, formats: Iterable[Any] | None = None) -> list[WrittenReport]:
    """Writes the reports of a stored run; default: all formats, into its own `reports/`."""
    from harness.store.folder import REPORTS
    from harness.store.reader import RunReader
    from reports.render import FORMATS, write_reports

    return write_reports(RunReader(run), into or run / REPORTS, FORMATS if formats is None else formats)


def _table(group: str, builtin: dict[str, str]) -> dict[str, str]:
    """Built-in names win: a plugin cannot take the place of a detector."""
    return {**_plugins(group), **builtin}


@cache
def _plugins(group: str) -> dict[str, str]:
    return {p.name: p.value for p in entry_points(group=f"launchgate.{group}")}


def _load(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)
