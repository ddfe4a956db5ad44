"""What could be read of a scenario, each part on its own, so that a mistake in one does not hide those in others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from harness.model.scenario import Expectation, Identifier, Profile
from harness.scenario.checking import valid
from harness.scenario.problems import KeyPath
from harness.scenario.yaml_source import Source

M = TypeVar("M", bound=BaseModel)
IDENTIFIER: TypeAdapter[str] = TypeAdapter(Identifier)


@dataclass
class Draft:
    """Parts of a scenario whose form is right.

    Attributes:
        method: the entries as written.
        expectations: index in the file → expectation.
        criteria: path in the file → the id cited there.
        targets: path in the file → target name.
        hosts: path in the file → network that the guard allows.
    """

    source: Source
    suite: str | None = None
    id: str | None = None
    profiles: dict[str, Profile] = field(default_factory=dict)
    method: list[Any] = field(default_factory=list)
    expectations: dict[int, Expectation] = field(default_factory=dict)
    criteria: dict[KeyPath, str] = field(default_factory=dict)
    targets: dict[KeyPath, str] = field(default_factory=dict)
    hosts: dict[KeyPath, str] = field(default_factory=dict)

    def scenario_criteria(self) -> list[str]:
        """Those that the scenario as a whole cites."""
        return [cited for path, cited in self.criteria.items() if path[0] == "metadata"]

    @property
    def longest(self) -> float:
        """Seconds of the longest profile."""
        return max((p.duration for p in self.profiles.values()), default=0.0)


def draft_of(source: Source) -> Draft:
    """Reads whatever can be read. Never raises."""
    draft = Draft(source)
    data = source.data if isinstance(source.data, dict) else {}
    metadata = data.get("metadata")
    if isinstance(data.get("suite"), str):
        draft.suite = data["suite"]
    if isinstance(metadata, dict):
        draft.id = metadata["id"] if isinstance(metadata.get("id"), str) else None
        draft.criteria |= _texts(metadata.get("criteria"), ("metadata", "criteria"))
    draft.targets |= _texts(data.get("targets"), ("targets",))
    guard = data.get("guard")
    draft.hosts |= _texts(guard.get("hosts"), ("guard", "hosts")) if isinstance(guard, dict) else {}
    profiles = data.get("profiles")
    for name, raw in profiles.items() if isinstance(profiles, dict) else ():
        if profile := _try(Profile, raw):
            draft.profiles[name] = profile
    draft.method = data["method"] if isinstance(data.get("method"), list) else []
    expectations = data.get("expectations")
    for index, raw in enumerate(expectations if isinstance(expectations, list) else []):
        if expectation := _try(Expectation, raw):
            draft.expectations[index] = expectation
            draft.criteria |= _texts(expectation.criteria, ("expectations", index, "criteria"))
    return draft


def _texts(raw: Any, path: KeyPath) -> dict[KeyPath, str]:
    entries = raw if isinstance(raw, list) else []
    return {(*path, index): text for index, text in enumerate(entries) if isinstance(text, str)}


def _try(model: type[M], raw: Any) -> M | None:
    try:
        return valid(model, raw)
    except ValidationError:
        return None
