"""What the load suite can observe, and how much of it a method can give at most."""

from __future__ import annotations

from collections.abc import Sequence

from harness.model.metric import MetricSpec
from harness.model.plan import Step
from harness.model.scenario import Expectation
from suites.load.params import LoadParams

LOAD_METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(name="http.latency", kind="distribution", dimension="time", labels=("op",),
               doc="From the intended start of a request to the end of its reply; successful ones, at the client."),
    MetricSpec(name="http.service_time", kind="distribution", dimension="time", labels=("op",),
               doc="From the actual send to the end of the reply; successful requests, at the client."),
    MetricSpec(name="http.error_rate", kind="ratio", dimension="ratio", high=1.0, labels=("op",),
               doc="Failed requests of all that ended; a wrong answer is a failure."),
    MetricSpec(name="http.requests", kind="counter", labels=("op",), doc="Requests that ended, good or bad."),
    MetricSpec(name="http.errors", kind="counter", labels=("op", "kind"),
               doc="Failed requests by kind; nothing is emitted where none failed: judge http.error_rate for that."),
    MetricSpec(name="load.users", kind="gauge", doc="Users that have begun and not ended, read every second."),
    MetricSpec(name="load.warmup_requests", kind="counter", labels=("op",),
               doc="Requests that were due in the warm-up, which no other http metric counts."),
    MetricSpec(name="generator.cpu", kind="gauge", dimension="ratio",
               doc="CPU time per second of the load generator's process; 1 is one core, and all it can use."),
    MetricSpec(name="generator.lag", kind="distribution", dimension="time",
               doc="How late the generator itself sent: actual start minus the time when the user was due and free."),
    MetricSpec(name="generator.memory", kind="gauge", dimension="bytes",
               doc="Resident memory of the load generator's process."),
)  # fmt: skip

_READINGS = frozenset({"load.users", "generator.cpu", "generator.memory"})
_JUDGED = frozenset(
    {"http.latency", "http.service_time", "http.error_rate", "http.requests", "http.errors", "generator.lag"}
)


def standing(steps: Sequence[Step]) -> Sequence[Expectation]:
    """A saturated generator is never read as a slow shop: when these do not hold the measurement is void."""
    if not steps:
        return ()
    return (
        Expectation.model_validate(
            {
                "id": "generator-not-saturated",
                "metric": "generator.cpu.p95",
                "pass": "< 80%",
                "validity": True,
            }
        ),
        Expectation.model_validate(
            {"id": "generator-on-time", "metric": "generator.lag.p95", "pass": "< 50ms", "validity": True}
        ),
    )


def most_samples(metric: str, steps: Sequence[Step], duration: float) -> float | None:
    """Upper bound of samples of `metric` that `steps` can give in `duration` seconds; None where unknown."""
    bounds = [_most_of_one(metric, LoadParams.model_validate(step.params), duration - step.at) for step in steps]
    known = [bound for bound in bounds if bound is not None]
    return sum(known) if len(known) == len(bounds) else None


def _most_of_one(metric: str, params: LoadParams, duration: float) -> float | None:
    if metric in _READINGS:
        return max(0.0, duration) + 2  # one a second, the last part of a second, the drain
    seconds = {"load.warmup_requests": params.warm_up}.get(metric, duration - params.warm_up)
    if metric not in _JUDGED | {"load.warmup_requests"}:
        return None
    if seconds <= 0:
        return 0.0
    shortest = params.think_time.min
    return params.users * (1 + seconds / shortest) if shortest > 0 else None
