"""Dotted paths into JSON: `data.templates.0.name`, or the same as `data.templates[0].name`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import AfterValidator

_INDEX = re.compile(r"\[(\d+)\]")


class Absent(LookupError):
    """Nothing lies at the path. The text says how far it could be followed."""


def split_path(path: str) -> list[str]:
    """`"a[0].b"` → `["a", "0", "b"]`. Raises ValueError for an empty part."""
    parts = _INDEX.sub(r".\1", path).split(".")
    if not all(parts) or any(c in "[]" for c in path if not _INDEX.search(path)):
        raise ValueError(f"'{path}' is not a path; write for instance data.templates.0.name")
    return parts


def look_up(document: Any, path: str) -> Any:
    """The value at `path`. Raises Absent where it leads nowhere."""
    parts, here = split_path(path), document
    for depth, part in enumerate(parts):
        if isinstance(here, dict) and part in here:
            here = here[part]
        elif isinstance(here, list) and part.isdigit() and int(part) < len(here):
            here = here[int(part)]
        else:
            raise Absent(_explain(parts[:depth], here))
    return here


def _explain(reached: Sequence[str], here: Any) -> str:
    place = ".".join(reached) or "the answer"
    if isinstance(here, dict):
        return f"{place} has only {', '.join(sorted(here)) or 'no keys'}"
    if isinstance(here, list):
        return f"{place} has {len(here)} element(s)"
    return f"{place} is {'null' if here is None else type(here).__name__}"


def _checked(path: str) -> str:
    split_path(path)
    return path


JsonPath = Annotated[str, AfterValidator(_checked)]
