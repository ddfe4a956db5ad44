"""Rules held against places, each rule one check."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from suites.infra.emit import Speaker
from suites.infra.objects import Objects
from suites.infra.rules.base import Outcome, Rule, apply


def outcomes(rules: Iterable[Rule], places: Sequence[Objects]) -> list[Outcome]:
    """Every rule applied to every place."""
    return [apply(one, places) for one in rules]


def report(prefix: str, found: Sequence[Outcome], speaker: Speaker, beside: Sequence[Path]) -> None:
    """A check per rule. One that found nothing to look at broke: it has shown nothing."""
    evidence = speaker.keep("rules.json", {f"{prefix}.{one.rule.id}": _account(one) for one in found})
    for one in found:
        name = f"{prefix}.{one.rule.id}"
        if one.unknown and not one.breaches:
            speaker.broke(name, one.unknown, [evidence, *beside])
        else:
            speaker.check(name, one.breaches, [evidence, *beside])
    unknown = [f"{one.rule.id}: {one.unknown}" for one in found if one.unknown]
    speaker.receipt(prefix, "rules", len(found), len(found) - len(unknown), unknown)


def _account(one: Outcome) -> dict[str, object]:
    return {
        "title": one.rule.title,
        "criterion": one.rule.criterion,
        "looked_at": one.looked_at,
        "unknown": one.unknown,
        "breaches": [str(breach) for breach in one.breaches],
    }
