"""What a rule is: which parts it looks at, and what it finds wrong with one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from suites.infra.objects import LIVE, Breach, Objects, Part

Look = Callable[[Part, Objects], Iterable[Breach]]
Over = Callable[[Objects], Sequence[Part]]
Where = Literal["both", "static", "live"]


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        id: theme and name; the checks are `static.<id>` and `live.<id>`.
        title: what it asks for, one sentence.
        criterion: the criterion of the launch plan; empty for policy beyond it.
        over: the parts that it looks at. A rule that found none has said nothing.
        look: the breaches of one part.
        where: on rendered overlays, on the live cluster, or both.
        everywhere: each place must have something to look at; else one place that has is enough.
    """

    id: str
    title: str
    criterion: str
    over: Over
    look: Look
    where: Where = "both"
    everywhere: bool = True


@dataclass
class Outcome:
    """What a rule saw over all places.

    Attributes:
        looked_at: place → how many parts it looked at there.
        crash: why the rule itself broke; empty when it did not.
    """

    rule: Rule
    looked_at: dict[str, int] = field(default_factory=dict)
    breaches: list[Breach] = field(default_factory=list)
    crash: str = ""

    @property
    def unknown(self) -> str:
        """Why the rule has said nothing; empty when it looked wherever it had to."""
        empty = [place for place, count in self.looked_at.items() if not count]
        if self.crash or not self.looked_at:
            return self.crash or "there was no place to look at"
        if len(empty) == len(self.looked_at) or (empty and self.rule.everywhere):
            return f"the rule found nothing to look at in {', '.join(empty)}"
        return ""


def rule(
    id: str, title: str, criterion: str = "", *, over: Over, where: Where = "both", everywhere: bool = True
) -> Callable[[Look], Rule]:
    """Makes a rule of the function that looks at one part."""

    def make(look: Look) -> Rule:
        return Rule(id, title, criterion, over, look, where, everywhere)

    return make


def apply(one: Rule, places: Iterable[Objects]) -> Outcome:
    """The rule held against every place. Never raises: a rule that breaks is an outcome as well."""
    outcome = Outcome(one)
    for objects in places:
        outcome.looked_at[objects.place] = 0
        try:
            for part in one.over(objects):
                outcome.looked_at[objects.place] += 1
                outcome.breaches += one.look(part, objects)
        except Exception as error:  # noqa: BLE001  odd objects must not keep the other rules from looking
            outcome.crash = f"{objects.place}: {type(error).__name__}: {error}"
    return outcome


def applicable(rules: Iterable[Rule], place: str) -> Iterator[Rule]:
    """The rules for rendered overlays, or for the live cluster."""
    wanted = "live" if place == LIVE else "static"
    return (one for one in rules if one.where in ("both", wanted))


def workloads(*names: str, kind: str = "Deployment") -> Over:
    """Objects of a kind with these names."""
    return lambda objects: [part for name in names for part in objects.named(kind, name)]


def whole_place(objects: Objects) -> list[Part]:
    """The place itself, once."""
    return [objects.namespace()]
