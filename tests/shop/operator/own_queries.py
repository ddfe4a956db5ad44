"""Every GraphQL operation that the shop's own pages and the suites send, read from their sources."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.shop.helpers import ROOT

PAGES = ROOT / "system_under_test" / "web" / "static"
_LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`')
_CONSTANT = re.compile(r"\bconst ([A-Z][A-Z_]*) =\s*(?=[\"`])")
_OPERATION = re.compile(r"\s*(?:query|mutation)\b[^\n]*\{", re.DOTALL)


def of_modules() -> Iterator[tuple[str, str]]:
    """Yield (where, document) of the browser's modules."""
    for path in sorted(PAGES.rglob("*.js")):
        source = path.read_text()
        constants: dict[str, str] = {}
        for match in _CONSTANT.finditer(source):
            literal = _LITERAL.match(source, match.end())
            assert literal is not None
            constants[match.group(1)] = _filled(literal, constants)
        for literal in _LITERAL.finditer(source):
            text = _filled(literal, constants)
            if _OPERATION.match(text):
                yield str(path.relative_to(ROOT)), text


def _filled(literal: re.Match[str], constants: dict[str, str]) -> str:
    text = literal.group(1) if literal.group(1) is not None else literal.group(2)
    return re.sub(r"\$\{(\w+)\}", lambda name: constants.get(name.group(1), name.group()), text)


def of_suites() -> Iterator[tuple[str, str]]:
    """Yield (where, document) of the Python modules below suites/ and of the scenarios."""
    for path in sorted((ROOT / "suites").rglob("*.py")):
        constants: dict[str, str] = {}
        for node in ast.walk(ast.parse(path.read_text())):
            text = _text(node, constants)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                value = _text(node.value, constants)
                if value is not None:
                    constants[node.targets[0].id] = value
            if text is not None and _OPERATION.match(text):
                yield str(path.relative_to(ROOT)), text
    for path in sorted((ROOT / "scenarios").rglob("*.yaml")):
        for text in _strings(yaml.safe_load(path.read_text())):
            if _OPERATION.match(text):
                yield str(path.relative_to(ROOT)), text


def _text(node: ast.AST, constants: dict[str, str]) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = []
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                name = part.value.id if isinstance(part.value, ast.Name) else ""
                parts.append(constants.get(name, "{?}"))
            else:
                parts.append(_text(part, constants) or "")
        return "".join(parts)
    return None


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def paths_with_queries() -> set[Path]:
    """Return the modules that hand operations to the API, to hold the reading against."""
    return {path for path in PAGES.rglob("*.js") if re.search(r"\b(?:query|mutation) [A-Z]\w*", path.read_text())}
