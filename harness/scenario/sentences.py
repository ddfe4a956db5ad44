"""Pydantic's error types put into sentences for people who write scenarios and not Python."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from harness.scenario.problems import listed, nearest, plain, show

Error = Mapping[str, Any]  # pydantic_core.ErrorDetails
SYNONYMS = {
    "pass_": "pass", "threshold": "pass", "with_": "with", "overrides": "with", "from_": "from", "until": "to",
    "steps": "method", "expect": "expectations", "assertions": "expectations", "checks": "expectations",
    "name": "id", "timeout": "within", "samples": "min_samples", "api_version": "apiVersion", "expiry": "expires",
    "requirements": "criteria", "profile": "profiles", "target": "targets", "hypothesis": "steady_state",
}  # fmt: skip
_LONGEST = 240  # characters of a message that people still read
_IDENTIFIER = "^[a-z0-9][a-z0-9._-]*$"

# What a value must be, by error type; `{x}` comes from the error's context.
_MUST_BE: dict[str, str] = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "mapping_type": "a mapping",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "none_required": "empty",
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
    "multiple_of": "a multiple of {multiple_of}",
    "date_type": "a date such as 2027-03-31",
    "date_parsing": "a date such as 2027-03-31",
    "date_from_datetime_parsing": "a date such as 2027-03-31",
    "literal_error": "{expected}",
    "enum": "{expected}",
}


def must_be(error: Error) -> str | None:
    """What the value must be, without the word 'must'; None when the error is of another sort."""
    template = _MUST_BE.get(error["type"])
    limits = {k: f"{v:g}" if isinstance(v, float) else v for k, v in error.get("ctx", {}).items()}
    return template.format_map(limits) if template else None


def sentence(error: Error) -> tuple[str, str]:
    """(what, advice) for an error that is no simple 'must be'."""
    special = _SPECIAL.get(error["type"])
    if special:
        return special(error)
    text = str(error["msg"]).replace("Input should", "must")
    value = show(error["input"])
    return (text if value in text else f"{text}, not {value}"), ""


def advice_for(error: Error) -> str:
    """The next step for a 'must be' error; empty when the sentence says it all."""
    value, kind = error["input"], error["type"]
    if kind == "string_type" and isinstance(value, bool | int | float):
        return f"put it in quotes: '{show(value)}'"
    if kind in ("int_type", "float_type") and isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value):
        return f"remove the quotes: {value}"
    if kind == "bool_type" and isinstance(value, str):
        wanted = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(value.lower())
        return f"write {wanted}" if wanted else ""
    if kind in ("literal_error", "enum") and isinstance(value, str):
        meant = nearest(value, re.findall(r"'([^']*)'", str(error["ctx"]["expected"])))
        return f"did you mean '{meant}'?" if meant else ""
    return ""


def _pattern(error: Error) -> tuple[str, str]:
    value, pattern = str(error["input"]), error["ctx"]["pattern"]
    if pattern == _IDENTIFIER:
        allowed = "lower case letters, digits, '.', '_' and '-', beginning with a letter or digit"
        better = re.sub(r"[^a-z0-9._-]+", "-", value.lower()).strip("-._")
        return f"{show(value)} is no id: an id has {allowed}", f"for instance '{better}'" if better else ""
    if pattern == "^/":
        return f"{show(value)} must begin with '/'", f"for instance {show('/' + value)}"
    return f"{show(value)} does not have the form {pattern}", ""


def _value_error(error: Error) -> tuple[str, str]:
    """A model's own message: what is wrong, after a semicolon what to write. It cites the file, so it is cleaned."""
    text = plain(error["ctx"]["error"])
    what, _, advice = text.partition("; ")
    return (what, advice) if len(what) <= _LONGEST else (f"{what[:_LONGEST]}…", advice[:_LONGEST])


def _too_short(error: Error) -> tuple[str, str]:
    least = error["ctx"]["min_length"]
    if error["ctx"].get("actual_length") == 0 or not error["input"]:
        return "is empty", f"at least {least} {'is' if least == 1 else 'are'} needed"
    return f"has too few entries: at least {least} are needed", ""


def _tag(error: Error) -> tuple[str, str]:
    known = re.findall(r"'([^']*)'", str(error["ctx"].get("expected_tags", "")))
    key = str(error["ctx"].get("discriminator", "kind")).strip("'")
    if error["type"] == "union_tag_not_found":
        return f"{key} is missing", f"known: {listed(known)}"
    tag = str(error["ctx"]["tag"])
    meant = nearest(tag, known)
    return f"unknown {key} {show(tag)}", f"did you mean '{meant}'?" if meant else f"known: {listed(known)}"


_SPECIAL: dict[str, Callable[[Error], tuple[str, str]]] = {
    "string_pattern_mismatch": _pattern,
    "value_error": _value_error,
    "too_short": _too_short,
    "string_too_short": lambda e: (f"{show(e['input'])} is shorter than {e['ctx']['min_length']} characters", ""),
    "string_too_long": lambda e: (f"{show(e['input'])} is longer than {e['ctx']['max_length']} characters", ""),
    "too_long": lambda e: (f"has more than {e['ctx']['max_length']} entries", ""),
    "union_tag_invalid": _tag,
    "union_tag_not_found": _tag,
}
