"""An answer held against what a step expects: sentences, each `expected …, got …`. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from suites.smoke.answer import Answer
from suites.smoke.params import Expect
from suites.smoke.paths import Absent, look_up
from suites.smoke.rules import Rule

_SHOWN = 160  # characters of a value in a sentence; the evidence has more


def unmet(expect: Expect, answer: Answer, saved: Mapping[str, Any]) -> list[str]:
    """One sentence for every expectation that does not hold; empty when all hold."""
    return [
        *_status(expect, answer),
        *_headers(expect, answer),
        *_body(expect, answer),
        *_json(expect, answer, saved),
    ]


def pick(save: Mapping[str, str], answer: Answer) -> tuple[dict[str, Any], list[str]]:
    """The values to save, and a sentence for each that is not there or null."""
    picked: dict[str, Any] = {}
    missing: list[str] = []
    for name, path in save.items():
        try:
            value = look_up(answer.document, path)
        except (Absent, ValueError) as problem:
            missing.append(f"expected {path} to save as {name}, got nothing there ({problem})")
            continue
        if value is None:
            missing.append(f"expected {path} to save as {name}, got null")
        else:
            picked[name] = value
    return picked, missing


def show(value: Any) -> str:
    """A value as it stands in a sentence: JSON, cut when it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({len(text)} characters)"


def _status(expect: Expect, answer: Answer) -> Iterator[str]:
    if expect.status is not None and answer.status != expect.status:
        yield f"expected status {expect.status}, got {answer.status}"


def _headers(expect: Expect, answer: Answer) -> Iterator[str]:
    for name, part in expect.headers.items():
        value = answer.header(name)
        if value is None:
            yield f"expected header {name} with {show(part)}, got no such header"
        elif part.lower() not in value.lower():
            yield f"expected header {name} with {show(part)}, got {show(value)}"


def _body(expect: Expect, answer: Answer) -> Iterator[str]:
    if expect.text_starts and not answer.text.startswith(expect.text_starts):
        yield f"expected a body that begins with {show(expect.text_starts)}, got {_beginning(answer)}"
    for part in expect.texts:
        if part not in answer.text:
            yield f"expected a body that contains {show(part)}, got {_beginning(answer)}"


def _beginning(answer: Answer) -> str:
    if not answer.body:
        return "an empty body"
    return f"{len(answer.body)} bytes that begin with {json.dumps(answer.text[:40], ensure_ascii=False)}"


def _json(expect: Expect, answer: Answer, saved: Mapping[str, Any]) -> Iterator[str]:
    if not expect.json_:
        return
    try:
        document = answer.document
    except ValueError:
        yield f"expected JSON, got {_beginning(answer)}"
        return
    for path, rule in expect.json_.items():
        sentence = _rule(path, rule, document, saved)
        if sentence:
            yield sentence


def _rule(path: str, rule: Rule, document: Any, saved: Mapping[str, Any]) -> str | None:
    try:
        value = look_up(document, path)
    except Absent as reason:
        return None if rule.op == "absent" else f"expected {path} {_wanted(rule, saved)}, got nothing there ({reason})"
    return None if _holds(rule, value, saved) else f"expected {path} {_wanted(rule, saved)}, got {show(value)}"


def _holds(rule: Rule, value: Any, saved: Mapping[str, Any]) -> bool:
    match rule.op:
        case "equals":
            return _same(value, rule.operand)
        case "equals_saved":
            return _same(value, saved[str(rule.operand)])
        case "matches":
            return isinstance(value, str) and re.search(str(rule.operand), value) is not None
        case "not_empty":
            return value is not None and value not in ("", [], {})
        case "absent":
            return value is None or value == []  # GraphQL servers also write an empty list of errors


def _same(one: Any, other: Any) -> bool:
    """Equal as JSON: 1 and 1.0 are the same number, but true is no number."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _wanted(rule: Rule, saved: Mapping[str, Any]) -> str:
    match rule.op:
        case "equals":
            return f"to be {show(rule.operand)}"
        case "equals_saved":
            return f"to be {show(saved[str(rule.operand)])} (saved as {rule.operand})"
        case "matches":
            return f"to match {rule.operand}"
        case "not_empty":
            return "not to be empty"
        case "absent":
            return "to be absent"
