"""In which order services start: those that are needed come first."""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter

from harness.model.errors import TargetError
from harness.model.system import Service
from harness.targets.placeholders import implied_needs


def needs_of(services: Sequence[Service]) -> dict[str, set[str]]:
    """Service name → what must be ready before it: its `needs`, and whose address its command is told."""
    names = [s.name for s in services]
    return {s.name: {*s.needs, *implied_needs(s, names)} for s in services}


def start_order(services: Sequence[Service]) -> list[Service]:
    """Services, needed ones first. Raises TargetError for a missing name, a doubled one, and a circle."""
    by_name = {s.name: s for s in services}
    if len(by_name) != len(services):
        raise TargetError("two services of the system have the same name", advice="rename one of them")
    needs = needs_of(services)
    for name, needed in needs.items():
        for other in sorted(needed - set(by_name)):
            raise TargetError(
                f"service {name} needs {other}, which the system does not have",
                advice=f"its services are {', '.join(by_name)}",
            )
    try:
        return [by_name[name] for name in TopologicalSorter(needs).static_order()]
    except CycleError as error:
        raise TargetError(
            f"services need one another in a circle: {' → '.join(error.args[1])}", advice="remove one of these `needs`"
        ) from None
