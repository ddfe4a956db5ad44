"""Strict validation of Kubernetes objects, by the models of the official Python client.

As kubeconform does it: unknown keys, wrong types, missing required keys and values outside an enumeration are errors,
each with its path. An object whose kind no model knows is not validated, and that is said.
"""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from suites.infra.enumerations import ALLOWED, QUANTITIES
from suites.infra.objects import Breach, name_of
from suites.infra.quantity import amount


class UnknownKind(LookupError):
    """No model knows this apiVersion and kind."""


def validate(place: str, item: Mapping[str, Any]) -> list[Breach]:
    """What is wrong with one object; empty when nothing is. Raises UnknownKind."""
    model = model_of(str(item.get("apiVersion", "")), str(item.get("kind", "")))
    subject = f"{item['kind']}/{name_of(item)}"
    found = [*_by_model(model, item), *_by_name(model, item, "")]
    found += [("metadata.name", "missing")] if not name_of(item) else []
    return [Breach(place, subject, path, message) for path, message in found]


@cache
def model_of(api_version: str, kind: str) -> Any:
    """`apps/v1`, `Deployment` → the client's V1Deployment. The group's API must be able to create the kind."""
    import kubernetes.client

    group, _, version = api_version.rpartition("/")
    words = (group.removesuffix(".k8s.io") or "core").split(".")
    api = getattr(kubernetes.client, "".join(w.capitalize() for w in (*words, version)) + "Api", None)
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", kind).lower()
    creates = kind and any(hasattr(api, f"create_{scope}{snake}") for scope in ("", "namespaced_"))
    model = getattr(kubernetes.client, version.capitalize() + kind, None)
    if not creates or model is None:
        raise UnknownKind(f"{api_version} {kind}")
    return model


def _by_model(model: Any, item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    from pydantic import ValidationError

    try:
        model.model_validate(item)
    except ValidationError as error:
        seen = set()
        for one in error.errors(include_url=False, include_input=False):
            # pydantic names the members of a union in the path; they are no keys of the object
            keys = [k for k in one["loc"] if isinstance(k, int) or _leads(item, k)]
            path = _path(keys or one["loc"])
            if one["type"] == "string_type" and _number_for_quantity(item, one["loc"]):
                continue
            text = {"missing": "required and missing", "extra_forbidden": "unknown key"}.get(one["type"], one["msg"])
            where = _path(one["loc"]) if one["type"] in ("missing", "extra_forbidden") else path
            if (where, text) not in seen:
                seen.add((where, text))
                yield where, text


def _leads(item: Any, key: str) -> bool:
    """Whether `key` is written anywhere in the object."""
    if isinstance(item, Mapping):
        return key in item or any(_leads(value, key) for value in item.values())
    return isinstance(item, list) and any(_leads(value, key) for value in item)


def _number_for_quantity(item: Any, loc: tuple[int | str, ...]) -> bool:
    """`cpu: 2` is a number where the model says text; the API server takes it."""
    if not QUANTITIES & set(loc):
        return False
    here: Any = item
    for key in loc:
        here = here[int(key)] if isinstance(here, list) else here.get(key) if isinstance(here, Mapping) else None
    return isinstance(here, int | float) and not isinstance(here, bool)


def _by_name(model: Any, value: Any, path: str) -> Iterator[tuple[str, str]]:
    """What the models let through: Python spellings of keys, values outside an enumeration, broken quantities."""
    if not isinstance(value, Mapping):
        return
    fields = {str(field.serialization_alias or name): field for name, field in model.model_fields.items()}
    for key, inner in value.items():
        where = f"{path}.{key}" if path else str(key)
        if key not in fields:
            if key in model.model_fields:
                yield where, "unknown key"
            continue
        yield from _by_value(model.__name__, key, inner, where)
        for child in _models(fields[key].annotation):
            if isinstance(inner, list):
                for index, one in enumerate(inner):
                    yield from _by_name(child, one, f"{where}[{index}]")
            else:
                yield from _by_name(child, inner, where)


def _by_value(model: str, key: str, value: Any, path: str) -> Iterator[tuple[str, str]]:
    allowed = ALLOWED.get((model, key))
    written = value if isinstance(value, list) else [value]
    if allowed and any(one is not None and one not in allowed for one in written):
        yield path, f"is {value}, must be one of {', '.join(sorted(allowed))}"
    if key in QUANTITIES and model != "V1ResourceClaim":
        for name, one in value.items() if isinstance(value, Mapping) else [("", value)]:
            try:
                amount(one)
            except ValueError as error:
                yield f"{path}.{name}".rstrip("."), str(error)


def _models(annotation: Any) -> list[Any]:
    """The model classes inside a type such as `list[V1Container] | None`; none for maps of free keys."""
    if hasattr(annotation, "model_fields"):
        return [annotation]
    if typing.get_origin(annotation) is dict:
        return []
    return [model for one in typing.get_args(annotation) for model in _models(one)]


def _path(loc: Any) -> str:
    text = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in loc)
    return text.lstrip(".")
