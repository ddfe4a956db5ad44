"""What may be said about one value of a JSON answer: a plain value, or one of a few named rules."""

from __future__ import annotations

import difflib
import re
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, JsonValue, WithJsonSchema

from harness.model.base import Frozen

Op = Literal["equals", "matches", "not_empty", "equals_saved", "absent"]
_WRITTEN = [op for op in get_args(Op) if op != "equals"]  # a plain value says `equals`


class Rule(Frozen):
    """One rule in its stored form. Authors write `Ada`, `{matches: "^A"}`, `{not_empty: true}` and so on."""

    op: Op
    operand: JsonValue = None


def read_rule(written: Any) -> Any:
    """The authored form → the stored one. Raises ValueError that names the rules."""
    if isinstance(written, Rule):
        return written
    if not isinstance(written, dict):
        return Rule(op="equals", operand=written)
    if "op" in written and set(written) <= {"op", "operand"}:  # as a saved plan has it
        return written
    if len(written) != 1:
        raise ValueError(f"write one rule, of {', '.join(_WRITTEN)}; here are {len(written)}")
    op, operand = next(iter(written.items()))
    if op not in _WRITTEN:
        near = difflib.get_close_matches(str(op), _WRITTEN, n=1)
        raise ValueError(f"'{op}' is no rule" + (f"; did you mean {near[0]}?" if near else f": {', '.join(_WRITTEN)}"))
    _check_operand(op, operand)
    return Rule(op=op, operand=operand)


def _check_operand(op: str, operand: Any) -> None:
    if op in ("not_empty", "absent"):
        if operand is not True:
            raise ValueError(f"write '{op}: true'")
        return
    if not isinstance(operand, str) or not operand:
        raise ValueError(f"'{op}' takes a text")
    if op == "matches":
        try:
            re.compile(operand)
        except re.error as error:
            raise ValueError(f"'{operand}' is no regular expression: {error}") from error


_SCHEMA = {
    "anyOf": [
        {"type": ["string", "number", "boolean", "null", "array"]},
        *(
            {"type": "object", "properties": {op: kind}, "required": [op], "additionalProperties": False}
            for op, kind in (
                ("matches", {"type": "string", "format": "regex"}),
                ("not_empty", {"const": True}),
                ("equals_saved", {"type": "string"}),
                ("absent", {"const": True}),
            )
        ),
    ]
}
RuleField = Annotated[Rule, BeforeValidator(read_rule), WithJsonSchema(_SCHEMA)]
Text = Annotated[str, Field(min_length=1)]
