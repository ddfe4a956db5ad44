"""The core schema of YAML 1.2 (chapter 10.3.2): `yes`, `on` and `1:30` are text, as people expect."""

from __future__ import annotations

import math
import re

Scalar = str | int | float | bool | None

_NULL = re.compile(r"^(?:null|Null|NULL|~|)$")
_TRUE, _FALSE = re.compile(r"^(?:true|True|TRUE)$"), re.compile(r"^(?:false|False|FALSE)$")
_INT = re.compile(r"^[-+]?[0-9]+$")
_BASED = re.compile(r"^0(?:o[0-7]+|x[0-9a-fA-F]+)$")
_FLOAT = re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$")
_NOT_FINITE = re.compile(r"^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$")
_DIGITS = 18  # fits 64 bits in every tool that will read the plan


def resolve(text: str) -> Scalar:
    """The value of a plain (unquoted) scalar. Raises ValueError for a number that nothing can hold."""
    if _NULL.match(text):
        return None
    if _TRUE.match(text):
        return True
    if _FALSE.match(text):
        return False
    if _NOT_FINITE.match(text):
        raise ValueError("a number must be finite")
    if _INT.match(text) or _BASED.match(text):
        return _integer(text)
    if _FLOAT.match(text):
        value = float(text)
        if not math.isfinite(value):
            raise ValueError("a number must be finite")
        return value
    return text


def _integer(text: str) -> int:
    if len(text.lstrip("+-")) > _DIGITS:
        raise ValueError("a number of more than 18 digits")
    return int(text, 0) if _BASED.match(text) else int(text)
