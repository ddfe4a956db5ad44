"""Values that one step saves and a later one uses as `{name}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import quote

from suites.smoke.params import Exchange, Graphql, Request

_NAME = re.compile(r"\{([a-z][a-z0-9_]*)\}")
StepParams = TypeVar("StepParams", bound=Exchange)


def names_used(step: Request | Graphql) -> set[str]:
    """Every saved name that the step needs before it can be sent or judged."""
    found = set(_NAME.findall(step.path)).union(*(_names_in(getattr(step, field)) for field in step.filled))
    rules = step.expect.json_ if isinstance(step, Request) else step.expect.data
    return found | {str(rule.operand) for rule in rules.values() if rule.op == "equals_saved"}


def fill(step: StepParams, saved: Mapping[str, Any]) -> StepParams:
    """The step with every `{name}` replaced. A text that is only `{name}` keeps the value's own type."""
    changed: dict[str, Any] = {field: _fill_value(getattr(step, field), saved) for field in step.filled}
    changed["headers"] = {name: str(value) for name, value in changed["headers"].items()}
    if isinstance(step, Request | Graphql):
        changed["path"] = _fill_path(step.path, saved)
    if changed.get("body") is not None:
        changed["body"] = str(changed["body"])
    if changed.get("form") is not None:
        changed["form"] = {name: str(value) for name, value in changed["form"].items()}
    return step.model_copy(update=changed)


def _names_in(value: Any) -> set[str]:
    if isinstance(value, str):
        return set(_NAME.findall(value))
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {name for part in parts for name in _names_in(part)}


def _fill_value(value: Any, saved: Mapping[str, Any]) -> Any:
    if isinstance(value, str):
        whole = _NAME.fullmatch(value)
        return saved[whole[1]] if whole else _NAME.sub(lambda found: str(saved[found[1]]), value)
    if isinstance(value, dict):
        return {key: _fill_value(v, saved) for key, v in value.items()}
    if isinstance(value, list):
        return [_fill_value(v, saved) for v in value]
    return value


def _fill_path(path: str, saved: Mapping[str, Any]) -> str:
    """A path that begins with `{name}` is a link that the shop gave; elsewhere a value is quoted."""

    def replacement(found: re.Match[str]) -> str:
        text = str(saved[found[1]])
        return text if found.start() == 0 else quote(text, safe="")

    return _NAME.sub(replacement, path)
