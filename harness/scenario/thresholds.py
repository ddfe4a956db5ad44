"""Whether a threshold fits its metric, and whether it can go green and red at all."""

from __future__ import annotations

import math
from typing import NamedTuple

from harness.model.metric import MetricSpec, percentile_of
from harness.model.quantity import Dimension, format_quantity
from harness.model.threshold import Threshold

_KINDS: dict[Dimension, tuple[str, str]] = {
    "time": ("a time", "500ms"),
    "ratio": ("a ratio", "1%"),
    "bytes": ("a size", "512Mi"),
    "number": ("a plain number", "10"),
}


class Misfit(Exception):
    """A threshold that cannot be used: what is wrong, and what to write."""

    def __init__(self, what: str, advice: str = "") -> None:
        super().__init__(what)
        self.what, self.advice = what, advice


class Domain(NamedTuple):
    """The values that a statistic can take, in its base unit."""

    low: float
    high: float
    dimension: Dimension

    def __str__(self) -> str:
        ends = [f"{format_quantity(e, self.dimension)}" for e in (self.low, self.high) if math.isfinite(e)]
        return f"lies between {ends[0]} and {ends[1]}" if len(ends) == 2 else f"is at least {ends[0]}"


def domain_of(metric: MetricSpec, statistic: str) -> Domain:
    """A sum or a rate is bounded by nothing but its sign; every other statistic lies where the samples lie."""
    if statistic == "count":
        return Domain(0.0, math.inf, "number")
    if statistic in ("sum", "rate"):
        return Domain(0.0 if metric.low >= 0 else -math.inf, math.inf, metric.dimension)
    return Domain(metric.low, metric.high, metric.dimension)


def fitted(threshold: Threshold, dimension: Dimension) -> Threshold:
    """The threshold in the dimension of its metric. Raises Misfit."""
    if threshold.dimension == dimension:
        return threshold
    noun, example = _KINDS[dimension]
    number = f"{threshold.value:g}"
    if threshold.dimension == "number":
        if threshold.value == 0 or (dimension == "ratio" and 0 <= threshold.value <= 1):
            return threshold.model_copy(update={"dimension": dimension})
        if dimension == "ratio":
            raise Misfit(f"'{threshold.text}' is beyond 1: the metric is a ratio", f"write '{threshold.op} {number}%'")
        raise Misfit(
            f"'{threshold.text}' has no unit: the metric is {noun}",
            f"write a unit, such as '{threshold.op} {number}{'ms' if dimension == 'time' else 'Mi'}'",
        )
    raise Misfit(
        f"'{threshold.text}' is {_KINDS[threshold.dimension][0]}, but the metric is {noun}",
        f"write for instance '{threshold.op} {example}'",
    )


def check_pass(threshold: Threshold, domain: Domain) -> None:
    """Raises Misfit when it can never go green, or never red."""
    _no_hold(threshold, "pass")
    if not threshold.holds_anywhere(domain.low, domain.high):
        raise Misfit(f"'{threshold.text}' can never be reached: the figure {domain}", "write a value that can occur")
    if threshold.holds_everywhere(domain.low, domain.high):
        raise Misfit(
            f"'{threshold.text}' holds for every value: it could never go red (the figure {domain})",
            "write a value that a fault would break",
        )


def check_warn(warn: Threshold, pass_: Threshold, domain: Domain) -> None:
    """Raises Misfit unless warn lets through all that passes, something more, and not everything."""
    _no_hold(warn, "warn")
    points = _points(domain, pass_, warn)
    if any(pass_.holds(v) and not warn.holds(v) for v in points):
        raise Misfit(
            f"warn '{warn.text}' is narrower than pass '{pass_.text}'",
            "warn is the outer limit: between pass and warn is a warning, beyond warn a failure",
        )
    if not any(warn.holds(v) and not pass_.holds(v) for v in points):
        raise Misfit(f"warn '{warn.text}' lets nothing through that pass does not", "widen it or leave it out")
    if warn.holds_everywhere(domain.low, domain.high):
        raise Misfit(f"warn '{warn.text}' holds for every value: it could never fail", "narrow it or leave it out")


def check_abort(abort: Threshold, pass_: Threshold, domain: Domain, longest: float) -> None:
    """Raises Misfit when it can never stop the method, or would stop one that passes.

    Args:
        longest: seconds of the longest profile.
    """
    if not abort.holds_anywhere(domain.low, domain.high):
        raise Misfit(f"abort '{abort.text}' can never be reached: the figure {domain}", "write a value that can occur")
    if any(abort.holds(v) and pass_.holds(v) for v in _points(domain, pass_, abort)):
        raise Misfit(
            f"abort '{abort.text}' would stop a method that passes ('{pass_.text}')", "abort lies beyond pass and warn"
        )
    if longest and abort.holds_for >= longest:
        raise Misfit(f"abort '{abort.text}' must hold longer than the method lasts ({longest:g}s)", "shorten it")


def samples_needed(statistic: str, kind: str) -> int:
    """The fewest samples of which a percentile says anything: p99 of 20 samples is their maximum."""
    percent = percentile_of(statistic)
    return 1 if percent is None or kind != "distribution" else math.ceil(round(100 / (100 - percent), 6))


def _no_hold(threshold: Threshold, key: str) -> None:
    if threshold.holds_for:
        raise Misfit(f"'{threshold.text}': only abort has a time to hold", f"leave out 'for …', or use abort for {key}")


def _points(domain: Domain, *thresholds: Threshold) -> list[float]:
    """Values of the domain that tell two thresholds apart: the ends, and on and beside each limit."""
    limits = [t.value for t in thresholds]
    beside = [v + sign * (1e-9 + abs(v) * 1e-9) for v in limits for sign in (-1, 1)]
    return [v for v in (domain.low, domain.high, *limits, *beside) if domain.low <= v <= domain.high]
