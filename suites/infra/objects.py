"""Kubernetes objects of one place (a rendered overlay, or the live cluster), and parts of them with their path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

LIVE = "live"  # the name of the place that is a running cluster
NAME_LABEL = "app.kubernetes.io/name"
PART_OF_LABEL = "app.kubernetes.io/part-of"
TEMPLATED = ("Deployment", "StatefulSet", "DaemonSet", "Job")


@dataclass(frozen=True)
class Breach:
    """Something that a rule does not allow.

    Attributes:
        place: the overlay, or `live`.
        subject: `Kind/name`.
        path: dotted path inside the object; empty for the object itself.
    """

    place: str
    subject: str
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.subject}{' ' + self.path if self.path else ''}: {self.message}"


@dataclass(frozen=True)
class Part:
    """A piece of an object: the object itself, a pod template, a container.

    Attributes:
        owner: the whole object.
        path: where `value` lies in it; empty for the object itself.
    """

    place: str
    owner: Mapping[str, Any]
    path: str
    value: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Name of the object."""
        return name_of(self.owner)

    @property
    def subject(self) -> str:
        """`Kind/name`."""
        return f"{self.owner.get('kind', '?')}/{self.name}"

    def get(self, dotted: str, default: Any = None) -> Any:
        """The value at a dotted path below; `default` where it leads nowhere."""
        here: Any = self.value
        for part in dotted.split("."):
            if not isinstance(here, Mapping) or here.get(part) is None:
                return default
            here = here[part]
        return here

    def below(self, path: str, value: Mapping[str, Any]) -> Part:
        """A piece of this piece."""
        return Part(self.place, self.owner, f"{self.path}.{path}" if self.path else path, value)

    def each(self, dotted: str) -> Iterator[Part]:
        """The elements of the list at `dotted`, as parts."""
        for index, one in enumerate(self.get(dotted, ())):
            yield self.below(f"{dotted}[{index}]", one)

    def breach(self, message: str, path: str = "") -> Breach:
        """A breach here, or at a path below."""
        return Breach(self.place, self.subject, ".".join(filter(None, (self.path, path))), message)

    def unless(self, holds: bool, message: str, path: str = "") -> Iterator[Breach]:
        """Nothing, or the breach when it does not hold."""
        if not holds:
            yield self.breach(message, path)

    def wants(self, dotted: str, expected: Any) -> Iterator[Breach]:
        """A breach unless the value at `dotted` equals `expected`."""
        found = self.get(dotted)
        yield from self.unless(found == expected, f"expected {_shown(expected)}, got {_shown(found)}", dotted)


@dataclass(frozen=True)
class Objects:
    """All objects of one place.

    Attributes:
        place: the overlay, or `live`.
        extra: what rules need beside: the objects of the secret template, those of the rendered overlay.
    """

    place: str
    items: Sequence[Mapping[str, Any]]
    extra: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)

    def of(self, *kinds: str) -> list[Part]:
        """The objects of these kinds, whole."""
        return [Part(self.place, one, "", one) for one in self.items if one.get("kind") in kinds]

    def named(self, kind: str, name: str) -> list[Part]:
        """The objects of a kind with this name; more than one where there are several namespaces."""
        return [part for part in self.of(kind) if part.name == name]

    def templates(self, names: Iterable[str] | None = None) -> list[Part]:
        """Pod templates of workloads, all or those whose name label is one of `names`."""
        wanted = None if names is None else set(names)
        found = [whole.below("spec.template", whole.get("spec.template", {})) for whole in self.of(*TEMPLATED)]
        return [t for t in found if wanted is None or labels_of(t).get(NAME_LABEL) in wanted]

    def containers(self, names: Iterable[str] | None = None, *, init: bool = True) -> list[Part]:
        """Containers of those pod templates, with init containers unless told."""
        lists = ("spec.initContainers", "spec.containers") if init else ("spec.containers",)
        return [one for template in self.templates(names) for where in lists for one in template.each(where)]

    def namespace(self) -> Part:
        """Stands for the place itself, for rules that look at all objects together."""
        owner = next(iter(self.of("Namespace")), None)
        return owner or Part(self.place, {"kind": "all", "metadata": {"name": "objects"}}, "", {})


def name_of(item: Mapping[str, Any]) -> str:
    """The name of an object."""
    return str(item.get("metadata", {}).get("name", ""))


def labels_of(part: Part) -> dict[str, str]:
    """The labels of an object or a pod template."""
    return dict(part.get("metadata.labels", {}))


def selects(selector: Mapping[str, Any] | None, labels: Mapping[str, str]) -> bool:
    """Whether a label selector (matchLabels, matchExpressions) takes these labels; an empty one takes all."""
    selector = selector or {}
    if any(labels.get(key) != value for key, value in (selector.get("matchLabels") or {}).items()):
        return False
    return all(_expression(one, labels) for one in selector.get("matchExpressions") or ())


def _expression(one: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    key, values = one["key"], one.get("values") or ()
    match one["operator"]:
        case "In":
            return labels.get(key) in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case _:
            return key not in labels


def _shown(value: Any) -> str:
    return "nothing" if value is None else str(value)
