"""A threshold: an operator and a quantity, `"< 500ms"`; an abort threshold also has a time to hold."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from harness.model.base import Frozen
from harness.model.quantity import Dimension, Duration, format_quantity, parse_duration, parse_quantity

_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
}
_TEXT = re.compile(r"^\s*(<=|>=|==|!=|<|>)\s*([^\s]+(?:\s?[A-Za-z%]+)?)(?:\s+for\s+(\S+))?\s*$")


class Threshold(Frozen):
    """`op value`, with the value in the base unit of its dimension (seconds, ratio, bytes, number)."""

    op: Literal["<", "<=", "==", "!=", ">=", ">"]
    value: float
    dimension: Dimension = "number"
    text: str = Field(description="as its author wrote it")
    holds_for: Duration = Field(default=0.0, description="seconds it must hold without a break (abort only)")

    def holds(self, observed: float) -> bool:
        """Whether `observed` (base unit) satisfies this threshold."""
        return _OPERATORS[self.op](observed, self.value)

    def holds_anywhere(self, low: float, high: float) -> bool:
        """Whether any value in [low, high] satisfies it: false means that it can never be reached."""
        return any(self.holds(v) for v in self._probes(low, high))

    def holds_everywhere(self, low: float, high: float) -> bool:
        """Whether every value in [low, high] satisfies it: true means that it can never go red."""
        return all(self.holds(v) for v in self._probes(low, high))

    def _probes(self, low: float, high: float) -> list[float]:
        """Enough points of [low, high] to decide: the ends, and around the threshold itself."""
        near = [self.value, self.value - 1e-9 - abs(self.value) * 1e-9, self.value + 1e-9 + abs(self.value) * 1e-9]
        return [low, high, *(v for v in near if low <= v <= high)]

    def __str__(self) -> str:
        return f"{self.op} {format_quantity(self.value, self.dimension)}"


def parse_threshold(text: Any) -> Any:
    """`"> 10s for 10s"` → Threshold. Raises ValueError that shows the form."""
    if not isinstance(text, str):
        if isinstance(text, int | float) and not isinstance(text, bool):
            raise ValueError(f"'{text}' has no operator; write for instance '< {text}'")  # noqa: TRY004
        return text
    found = _TEXT.match(text)
    if found is None:
        raise ValueError(f"'{text}' is not a threshold; write an operator and a quantity, such as '< 500ms' or '== 0'")
    value, dimension = parse_quantity(found[2])
    holds_for = parse_duration(found[3]) if found[3] else 0.0
    return Threshold(op=found[1], value=value, dimension=dimension, text=text.strip(), holds_for=holds_for)


ThresholdField = Annotated[Threshold, BeforeValidator(parse_threshold)]
