"""The one place where a number becomes text. Every figure of every report carries its raw value with it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from harness.model.quantity import Dimension, format_quantity

NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class Figure:
    """A number as it is shown.

    Attributes:
        key: names it for machines, for instance `http.latency.p95{op=save}`.
        value: base unit (seconds, ratio, bytes, number); None when it was not measured.
        text: for people, with its unit.
    """

    key: str
    value: float | None
    text: str

    @property
    def raw(self) -> str:
        """The shortest text that reads back as exactly `value`; empty when there is none."""
        if self.value is None:
            return ""
        return str(int(self.value)) if self.value == int(self.value) else repr(self.value)


def figure(key: str, value: float | None, dimension: Dimension = "number", *, suffix: str = "") -> Figure:
    """`value` in its base unit → a figure; None and NaN become "not measured", never a zero."""
    if value is None or not math.isfinite(value):
        return Figure(key, None, NOT_MEASURED)
    return Figure(key, float(value), format_quantity(value, dimension) + suffix)


def metric_key(metric: str, statistic: str, labels: dict[str, str]) -> str:
    """`http.latency.p95{op=save}`: metric, statistic and selector as one name."""
    chosen = ",".join(f"{name}={value}" for name, value in sorted(labels.items()))
    return f"{metric}.{statistic}" + (f"{{{chosen}}}" if chosen else "")
