"""Placeholders of `system.yaml`: `{port}` and `{host}` of a service itself, `{NAME.url}` and the like of another."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping

from harness.model.errors import TargetError
from harness.model.system import Service

# other braces, of JSON for instance, are left alone
_PLACEHOLDER = re.compile(r"\{([A-Za-z][\w-]*(?:\.[\w-]+)?)\}")


def fill(text: str, values: Mapping[str, str], where: str) -> str:
    """`text` with every placeholder replaced. Raises TargetError that names one which does not exist."""

    def value_of(found: re.Match[str]) -> str:
        name = found[1]
        if name in values:
            return values[name]
        near = difflib.get_close_matches(name, values, n=1) or sorted(values)
        raise TargetError(
            f"unknown placeholder {{{name}}}",
            where=where,
            advice=f"did you mean {{{near[0]}}}?" if len(near) == 1 else f"there are {', '.join(near)}",
        )

    return _PLACEHOLDER.sub(value_of, text)


def mentions(texts: Iterable[str]) -> set[str]:
    """The placeholders that occur in them: `{"port", "database.url"}`."""
    return {name for text in texts for name in _PLACEHOLDER.findall(text)}


def implied_needs(service: Service, names: Iterable[str]) -> set[str]:
    """Services whose address this one is told in its own command or environment: it needs them."""
    told = {name.partition(".")[0] for name in mentions([*service.command, *service.env.values()]) if "." in name}
    return (told & set(names)) - {service.name}
