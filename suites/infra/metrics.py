"""What the infra suite can observe."""

from __future__ import annotations

from collections.abc import Sequence

from harness.model.metric import MetricSpec
from harness.model.plan import Step
from harness.model.scenario import Expectation
from harness.ports.metrics import CHECK_FAILED
from suites.infra.rules import RULES
from suites.infra.rules.base import applicable

LOST = MetricSpec(
    name="request.lost", kind="ratio", dimension="ratio", high=1.0, labels=("action", "phase"),
    doc="Witness requests without a good answer, of all that were due; by what was disrupted, before, during, after.",
)  # fmt: skip
LATENCY = MetricSpec(
    name="request.latency", kind="distribution", dimension="time", labels=("action", "phase"),
    doc="From when a witness request was due to the end of its reply; good ones.",
)  # fmt: skip
RECOVERY = MetricSpec(
    name="recovery.time", kind="gauge", dimension="time", labels=("action",),
    doc="From the disruption until all pods are ready again; not emitted when that did not happen in time.",
)  # fmt: skip
REMOVAL = MetricSpec(
    name="removal.time", kind="gauge", dimension="time", labels=("action",),
    doc="From the fault until the pod is no ready endpoint of its Service any more.",
)  # fmt: skip
REPLICAS = MetricSpec(
    name="scale.replicas", kind="gauge", labels=("workload",), doc="Ready replicas while a scaler is pressed."
)
OUT_TIME = MetricSpec(
    name="scale.out_time", kind="gauge", dimension="time", labels=("workload",),
    doc="From the first request of the pressure until the wanted replicas are ready.",
)  # fmt: skip
BACK_TIME = MetricSpec(
    name="scale.back_time", kind="gauge", dimension="time", labels=("workload",),
    doc="From the end of the pressure until the scaler is back at its least replicas.",
)  # fmt: skip
METRICS = (CHECK_FAILED, LOST, LATENCY, RECOVERY, REMOVAL, REPLICAS, OUT_TIME, BACK_TIME)

SCHEMA_CHECK = "static.schema"
PROCESS_CHECKS = ("live.process.non-root", "live.process.read-only", "live.process.no-token")
DISRUPT_CHECKS = {
    "rolling-restart": ("replaced", "available", "pdb-respected"),
    "node-drain": ("replaced", "available", "pdb-respected", "moved"),
    "pod-kill": ("replaced", "out-of-service"),
    "pod-oom": ("replaced", "out-of-service"),
    "pod-freeze": ("replaced", "out-of-service"),
}

# A system that loses requests by itself makes a disruption unreadable; one that still does behind it is not restored.
_AROUND = (
    {"id": "quiet-before", "metric": "request.lost", "labels": {"phase": "before"}, "pass": "== 0", "min_samples": 20,
     "validity": True, "criteria": []},
    {"id": "restored", "metric": "request.lost", "labels": {"phase": "after"}, "pass": "== 0", "min_samples": 20,
     "criteria": []},
)  # fmt: skip


def checks_of(step: Step) -> list[str]:
    """The checks that a step will answer. Those of a guide are its blocks, which only its file knows."""
    match step.kind:
        case "manifests":
            return [SCHEMA_CHECK, *(f"static.{rule.id}" for rule in applicable(RULES, "static"))]
        case "cluster":
            return [*(f"live.{rule.id}" for rule in applicable(RULES, "live")), *PROCESS_CHECKS]
        case "reach":
            return [f"reach.{one['id']}" for one in step.params.get("attempts", ())]
        case "disrupt":
            action = str(step.params.get("action"))
            return [f"disrupt.{action}.{name}" for name in DISRUPT_CHECKS.get(action, ())]
        case "scale":
            return [f"scale.{step.params.get('hpa')}.{way}" for way in ("out", "back")]
        case _:
            return ["guide"]


def standing(steps: Sequence[Step]) -> list[Expectation]:
    """A check that its author forgot to expect anything of still counts, and none may be missing."""
    count = sum(len(checks_of(step)) for step in steps)
    disrupted = _AROUND if any(step.kind == "disrupt" for step in steps) else ()
    return [
        *map(Expectation.model_validate, disrupted),
        Expectation.model_validate(
            {"id": "every-check", "metric": "check.failed", "pass": "== 0", "min_samples": max(1, count),
             "criteria": []}
        )
    ]  # fmt: skip


def most_samples(metric: str, steps: Sequence[Step], _duration: float) -> float | None:
    """Upper bound of checks; None for what depends on how long things take."""
    if metric != CHECK_FAILED.name or any(step.kind == "guide" for step in steps):
        return None
    return float(sum(len(checks_of(step)) for step in steps))
