"""What a pydantic model allows at a path: needed to say which keys are known where somebody wrote an unknown one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator
from pydantic.fields import FieldInfo

from harness.scenario.problems import KeyPath


class Shape(NamedTuple):
    """One type that may stand at a place, with the validators written beside it."""

    type: Any
    metadata: tuple[Any, ...] = ()

    def parsed_by(self, function: Callable[..., Any]) -> bool:
        """Whether `function` reads what is written here, for instance parse_duration."""
        return any(isinstance(m, BeforeValidator) and m.func is function for m in self.metadata)


def shapes_at(model: type[BaseModel], path: tuple[str | int, ...]) -> list[Shape]:
    """The types that may stand at `path`; union tags, as pydantic puts them into its paths, are understood."""
    shapes = list(_members(model))
    for part in path:
        shapes = list(_descend(shapes, part))
    return shapes


def known_fields(model: type[BaseModel], path: tuple[str | int, ...] = ()) -> dict[str, FieldInfo]:
    """Key as written in YAML → field, for the mapping at `path`."""
    found: dict[str, FieldInfo] = {}
    for shape in shapes_at(model, path):
        if fields := _fields(shape.type):
            found.update(fields)
    return found


def leaves(model: type[BaseModel], data: Any) -> Iterator[tuple[KeyPath, Any, Shape]]:
    """Every value of `data` with each type that the model allows there."""
    yield from _leaves(list(_members(model)), data, ())


def _leaves(shapes: list[Shape], data: Any, path: KeyPath) -> Iterator[tuple[KeyPath, Any, Shape]]:
    yield from ((path, data, shape) for shape in shapes)
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for part, value in inner:
        yield from _leaves(list(_descend(shapes, part)), value, (*path, part))


def _members(annotation: Any, metadata: tuple[Any, ...] = ()) -> Iterator[Shape]:
    """Annotated and unions taken apart; None is left out."""
    if get_origin(annotation) is Annotated:
        yield from _members(annotation.__origin__, (*metadata, *annotation.__metadata__))
    elif get_origin(annotation) in (Union, UnionType):
        for member in get_args(annotation):
            yield from _members(member, metadata)
    elif annotation is not NoneType:
        yield Shape(annotation, metadata)


def _descend(shapes: list[Shape], part: str | int) -> Iterator[Shape]:
    for shape in shapes:
        fields = _fields(shape.type)
        if fields is not None:
            if part in fields:
                yield from _members(fields[str(part)].annotation, tuple(fields[str(part)].metadata))
            elif _tagged(fields, part):
                yield shape
        elif (arguments := get_args(shape.type)) and get_origin(shape.type) is not Literal:
            is_mapping = len(arguments) == 2 and not isinstance(part, int)
            yield from _members(arguments[1] if is_mapping else arguments[0])


def _tagged(fields: dict[str, FieldInfo], part: str | int) -> bool:
    """Whether `part` is the tag of a discriminated union rather than a key."""
    return any(get_origin(f.annotation) is Literal and part in get_args(f.annotation) for f in fields.values())


def _fields(annotation: Any) -> dict[str, FieldInfo] | None:
    if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return None
    return {field.alias or name: field for name, field in annotation.model_fields.items()}
