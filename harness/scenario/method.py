"""The method of a scenario: entries as written → steps with parameters that the suite's own models accepted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from harness.model.plan import Step
from harness.model.quantity import parse_duration
from harness.model.scenario import Profile
from harness.ports.suite import SuiteSpec
from harness.scenario.checking import check
from harness.scenario.draft import IDENTIFIER, Draft
from harness.scenario.problems import KeyPath, Problem, listed, show, suggestion
from harness.scenario.shape import known_fields

_BESIDE = ("at", "id")


@dataclass(frozen=True)
class Entry:
    """One entry of the method: its kind and where it stands."""

    index: int
    kind: str
    model: type[BaseModel]
    params: dict[str, Any]
    at: float
    id: str

    @property
    def path(self) -> KeyPath:
        """Path of the parameters."""
        return ("method", self.index, self.kind)


def resolve_method(draft: Draft, spec: SuiteSpec) -> tuple[dict[str, tuple[Step, ...]], list[Problem]]:
    """Profile → steps, for the profiles under which every entry is right; and every problem of the method."""
    reader = _Reader(draft, spec)
    entries = reader.entries()
    problems = reader.problems + _overrides(draft, entries) + _starts(draft, entries)
    resolved: dict[str, tuple[Step, ...]] = {}
    for name, profile in draft.profiles.items():
        steps, found = _steps(draft, entries, name, profile)
        problems += found
        if not found and len(entries) == len(draft.method):
            resolved[name] = tuple(steps)
    return resolved, problems


class _Reader:
    """Takes entries apart and collects what is wrong with them."""

    def __init__(self, draft: Draft, spec: SuiteSpec) -> None:
        self.draft, self.spec = draft, spec
        self.problems: list[Problem] = []
        self.ids: dict[str, int] = {}
        self.of_kind: dict[str, int] = {}

    def entries(self) -> list[Entry]:
        return [e for index, raw in enumerate(self.draft.method) if (e := self._entry(index, raw))]

    def _note(self, what: str, *path: str | int, advice: str = "", at_key: bool = False) -> None:
        self.problems.append(self.draft.source.problem(what, path, advice=advice, at_key=at_key))

    def _entry(self, index: int, raw: Any) -> Entry | None:
        if not isinstance(raw, dict):
            return None  # said already by the model of the whole file
        kind = self._kind(index, raw)
        if kind is None:
            return None
        params = raw[kind] if raw[kind] is not None else {}
        if not isinstance(params, dict):
            self._note(f"the parameters of {kind} must be a mapping, not {show(params)}", "method", index, kind,
                       advice=f"write '{kind}: {{key: value}}'")  # fmt: skip
            return None
        at = self._at(index, raw.get("at", 0))
        step_id = self._id(index, kind, raw.get("id"))
        if at is None or step_id is None:
            return None
        return Entry(index, kind, self.spec.steps[kind], params, at, step_id)

    def _kind(self, index: int, raw: dict[str, Any]) -> str | None:
        kinds = [key for key in raw if key in self.spec.steps]
        strange = [key for key in raw if key not in self.spec.steps and key not in _BESIDE]
        known = sorted(self.spec.steps)
        for key in strange:
            noun = "key" if kinds else "step"
            names = _BESIDE if kinds else known
            advice = suggestion(key, names, of="keys beside a step" if kinds else f"steps of suite {self.spec.name}")
            self._note(f"unknown {noun} {show(key)}", "method", index, key, advice=advice, at_key=True)
        if len(kinds) > 1:
            self._note(f"two steps in one entry: {listed(kinds)}", "method", index, kinds[1], at_key=True,
                       advice="begin a new entry with '-'")  # fmt: skip
            return None
        if not kinds and not strange:
            self._note("an entry without a step", "method", index, advice=f"steps of this suite: {listed(known)}")
        return kinds[0] if kinds and not strange else None

    def _at(self, index: int, written: Any) -> float | None:
        try:
            if isinstance(written, float) and written != 0:
                raise ValueError(f"{written} is not a duration; write it with a unit, for instance '{written:g}s'")
            return parse_duration(written)
        except ValueError as error:
            what, _, advice = str(error).partition("; ")
            self._note(f"method[{index}].at: {what}", "method", index, "at", advice=advice)
            return None

    def _id(self, index: int, kind: str, written: Any) -> str | None:
        self.of_kind[kind] = self.of_kind.get(kind, 0) + 1
        try:
            step_id = f"{kind}-{self.of_kind[kind]}" if written is None else IDENTIFIER.validate_python(written)
        except ValidationError:
            self._note(f"method[{index}].id: {show(written)} is no id", "method", index, "id",
                       advice="use lower case letters, digits, '.', '_' and '-'")  # fmt: skip
            return None
        if step_id in self.ids:
            self._note(f"the step id {show(step_id)} is there twice, first in method[{self.ids[step_id]}]",
                       "method", index, "id", advice="give one of them another id")  # fmt: skip
            return None
        self.ids[step_id] = index
        return step_id


def _steps(draft: Draft, entries: list[Entry], name: str, profile: Profile) -> tuple[list[Step], list[Problem]]:
    steps, problems = [], []
    for entry in entries:
        own = {k: v for k, v in profile.with_.items() if k in known_fields(entry.model)}
        moved: dict[str, KeyPath] = {key: ("profiles", name, "with", key) for key in own}
        params, found = check(entry.model, {**entry.params, **own}, draft.source, entry.path, moved)
        problems += found
        if params is not None:
            dumped = params.model_dump(mode="json", by_alias=True)
            steps.append(Step(id=entry.id, kind=entry.kind, params=dumped, at=entry.at))
    return steps, problems


def _overrides(draft: Draft, entries: list[Entry]) -> list[Problem]:
    """A profile may override only what a step of the method has: the rest would be dropped silently."""
    known = {key for entry in entries for key in known_fields(entry.model)}
    return [
        draft.source.problem(
            f"profiles.{name}.with: no step of the method has the parameter {show(key)}",
            ("profiles", name, "with", key),
            advice=suggestion(key, known, of="parameters"),
            at_key=True,
        )
        for name, profile in draft.profiles.items()
        for key in profile.with_
        if key not in known and len(entries) == len(draft.method)
    ]


def _starts(draft: Draft, entries: list[Entry]) -> list[Problem]:
    return [
        draft.source.problem(
            f"method[{entry.index}].at: starts after {entry.at:g}s, but the method of profile {name} "
            f"ends after {profile.duration:g}s: it would never run",
            ("method", entry.index, "at"),
            advice="start it earlier or lengthen the profile",
        )
        for entry in entries
        for name, profile in draft.profiles.items()
        if entry.at and entry.at >= profile.duration
    ]
