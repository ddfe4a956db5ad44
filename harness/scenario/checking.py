"""Holds data against a pydantic model; what does not fit becomes problems with a place in the file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError

from harness.model.quantity import parse_duration
from harness.model.threshold import parse_threshold
from harness.scenario.problems import KeyPath, Problem, dotted, show, suggestion
from harness.scenario.sentences import SYNONYMS, Error, advice_for, must_be, sentence
from harness.scenario.shape import known_fields, leaves, shapes_at
from harness.scenario.yaml_source import Source

M = TypeVar("M", bound=BaseModel)


def valid(model: type[M], data: Any) -> M:
    """The model's instance. Raises ValidationError.

    As strict JSON, because YAML has JSON's types: `"yes"` is no boolean and `"5"` no number, but a date is text.
    By alias only: `pass_` is Python's word and not YAML's.
    """
    return model.model_validate_json(json.dumps(data), strict=True, by_alias=True, by_name=False)


def check(
    model: type[M], data: Any, source: Source, base: KeyPath = (), moved: Mapping[str, KeyPath] | None = None
) -> tuple[M | None, list[Problem]]:
    """The instance, or None and every problem.

    Args:
        base: path of `data` in the source.
        moved: first-level keys that were written somewhere else, such as a profile's overrides.
    """
    places = moved or {}

    def whole(path: KeyPath) -> KeyPath:
        return (*places[str(path[0])], *path[1:]) if path and path[0] in places else (*base, *path)

    problems = [_problem(source, whole(path), text, advice) for path, text, advice in _bare(model, data)]
    try:
        instance = valid(model, data)
    except ValidationError as error:
        details = error.errors(include_url=False)
        found = _Translator(model, data)
        problems += [
            _problem(source, whole(path), what, advice, at_key=at_key)
            for path, what, advice, at_key in found.all([dict(d) for d in details])
        ]
        return None, problems
    return (None if problems else instance), problems


def _problem(source: Source, path: KeyPath, what: str, advice: str, *, at_key: bool = False) -> Problem:
    key = dotted(path)
    return source.problem(f"{key}: {what}" if key else what, path, advice=advice, at_key=at_key)


def _bare(model: type[BaseModel], data: Any) -> list[tuple[KeyPath, str, str]]:
    """What the models read back from a saved plan, but no person should write: durations without a unit."""
    found = []
    for path, value, shape in leaves(model, data):
        if shape.parsed_by(parse_duration) and isinstance(value, float) and value != 0:
            found.append((path, f"{value} is not a duration", f"write it with a unit, for instance '{value:g}s'"))
        if shape.parsed_by(parse_threshold) and isinstance(value, dict):
            found.append((path, "must be a threshold, not a mapping", "write it as text, such as '< 500ms'"))
    return found


class _Translator:
    """Pydantic's list of errors → (path, what, advice, whether the key is meant rather than the value)."""

    def __init__(self, model: type[BaseModel], data: Any) -> None:
        self.model, self.data = model, data

    def all(self, errors: list[dict[str, Any]]) -> list[tuple[KeyPath, str, str, bool]]:
        found: list[tuple[KeyPath, str, str, bool]] = []
        wanted: dict[KeyPath, list[Error]] = {}
        for error in errors:
            path = self._path(error)
            if error["type"] == "missing":
                found.append(self._missing(error, path))
            elif error["type"] == "extra_forbidden":
                found.append(self._unknown(error, path))
            elif must_be(error) is not None:
                wanted.setdefault(path, []).append(error)
            else:
                found.append((path, *sentence(error), error["loc"][-1:] == ("[key]",)))
        return found + [self._must_be(path, several) for path, several in wanted.items()]

    def _path(self, error: Error) -> KeyPath:
        """The error's path without the marks that pydantic adds for members of a union."""
        path: list[str | int] = []
        here = self.data
        for part in error["loc"]:
            if (isinstance(here, dict) and part in here) or (
                isinstance(here, list) and isinstance(part, int) and part < len(here)
            ):
                path.append(part)
                here = here[part]
        return tuple(path)

    def _missing(self, error: Error, path: KeyPath) -> tuple[KeyPath, str, str, bool]:
        key = str(error["loc"][-1])
        known = known_fields(self.model, error["loc"][:-1])
        description = known[key].description if key in known else None
        only = get_args(known[key].annotation) if key in known and get_origin(known[key].annotation) is Literal else ()
        add = f"add '{key}: {only[0]}'" if len(only) == 1 else f"add {key}"
        return path, f"{key} is missing", f"{key}: {description}" if description else add, True

    def _unknown(self, error: Error, path: KeyPath) -> tuple[KeyPath, str, str, bool]:
        key = str(error["loc"][-1])
        known = known_fields(self.model, error["loc"][:-1])
        return path, f"unknown key {show(key)}", suggestion(key, known, of="keys", synonyms=SYNONYMS), True

    def _must_be(self, path: KeyPath, errors: list[Error]) -> tuple[KeyPath, str, str, bool]:
        nouns = list(dict.fromkeys(str(must_be(e)) for e in errors))
        if any(shape.parsed_by(parse_threshold) for shape in shapes_at(self.model, path)):
            nouns = ["a threshold such as '< 500ms'"]
        advice = next((text for e in errors if (text := advice_for(e))), "")
        return path, f"must be {' or '.join(nouns)}, not {show(errors[0]['input'])}", advice, False
