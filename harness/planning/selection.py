"""Which of the scenarios are meant."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence

from harness.model.errors import LaunchgateError, ScenarioError
from harness.ports.loaded import LoadedScenario


def select(
    loaded: Sequence[LoadedScenario], *, suites: Collection[str] = (), scenarios: Collection[str] = ()
) -> list[LoadedScenario]:
    """Those of the named suites and ids; everything where nothing is named.

    Raises ScenarioError for a name that does not exist, and when nothing remains: an empty plan would pass unseen.
    """
    problems = _unknown(scenarios, {s.id for s in loaded}, "scenario")
    problems += _unknown(suites, {s.scenario.suite for s in loaded}, "suite with scenarios")
    if problems:
        raise ScenarioError(problems)
    chosen = [s for s in loaded if (not suites or s.scenario.suite in suites) and (not scenarios or s.id in scenarios)]
    if not chosen:
        raise ScenarioError(
            "no scenario is selected", advice="--suite and --scenario together select what fits both" if loaded else ""
        )
    return chosen


def in_order(loaded: Sequence[LoadedScenario]) -> list[LoadedScenario]:
    """Smoke first, because nothing else is worth a look where it fails; then by suite and id."""
    return sorted(loaded, key=lambda s: (s.scenario.suite != "smoke", s.scenario.suite, s.id))


def meant(wrong: str, known: Collection[str]) -> str:
    """Advice: the nearest known name, or all of them."""
    found = difflib.get_close_matches(wrong, sorted(known), n=1)
    return f"did you mean '{found[0]}'?" if found else f"known: {', '.join(sorted(known)) or 'none'}"


def _unknown(names: Collection[str], known: Collection[str], noun: str) -> list[LaunchgateError]:
    return [
        LaunchgateError(f"there is no {noun} '{name}'", advice=meant(name, known))
        for name in names
        if name not in known
    ]
