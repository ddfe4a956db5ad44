"""Autoscaling (T1.3)."""

from __future__ import annotations

from collections.abc import Iterator

from suites.infra.objects import Breach, Objects, Part
from suites.infra.quantity import amount
from suites.infra.required import (
    API,
    API_CPU_PERCENT,
    API_REPLICAS,
    APPLICATIONS,
    QUEUE_METRIC,
    SMALLER,
    WORKER,
    WORKER_REPLICAS,
)
from suites.infra.rules.base import rule, workloads

HPA = "HorizontalPodAutoscaler"


def _bounds(scaler: Part, bounds: tuple[int, int], name: str) -> Iterator[Breach]:
    least, most = bounds
    yield from scaler.wants("apiVersion", "autoscaling/v2")
    yield from scaler.wants("spec.scaleTargetRef.kind", "Deployment")
    yield from scaler.wants("spec.scaleTargetRef.name", name)
    yield from scaler.wants("spec.minReplicas", least)
    if scaler.place in SMALLER:
        found = scaler.get("spec.maxReplicas", 0)
        yield from scaler.unless(
            least < found <= most, f"is {found}, expected {least + 1} to {most}", "spec.maxReplicas"
        )
    else:
        yield from scaler.wants("spec.maxReplicas", most)


@rule("scaling.api", "the API runs in 2 to 10 pods, by CPU above 70 %", "T1.3", over=workloads(API, kind=HPA))
def api(scaler: Part, _objects: Objects) -> Iterator[Breach]:
    """CPU as a share of what a pod asks for."""
    yield from _bounds(scaler, API_REPLICAS, API)
    cpu = [m for m in scaler.each("spec.metrics") if m.get("resource.name") == "cpu"]
    yield from scaler.unless(len(cpu) == 1, "no metric for CPU", "spec.metrics")
    for metric in cpu:
        yield from metric.wants("resource.target.type", "Utilization")
        yield from metric.wants("resource.target.averageUtilization", API_CPU_PERCENT)


@rule("scaling.worker", "the worker runs in 1 to 5 pods, by queue depth", "T1.3", over=workloads(WORKER, kind=HPA))
def worker(scaler: Part, _objects: Objects) -> Iterator[Breach]:
    """A custom metric, which the cluster serves from the monitoring."""
    yield from _bounds(scaler, WORKER_REPLICAS, WORKER)
    depth = [m for m in scaler.each("spec.metrics") if m.get("external.metric.name") == QUEUE_METRIC]
    yield from scaler.unless(len(depth) == 1, f"no external metric {QUEUE_METRIC}", "spec.metrics")
    for metric in depth:
        target = metric.get("external.target.averageValue") or metric.get("external.target.value") or 0
        yield from metric.unless(amount(target) > 0, "the target is zero", "external.target")


@rule("scaling.owner", "no Deployment sets the replicas that a scaler owns", over=workloads(*APPLICATIONS),
      where="static")  # fmt: skip
def owner(deployment: Part, objects: Objects) -> Iterator[Breach]:
    """Every apply would throw away what the scaler decided."""
    scaled = any(h.get("spec.scaleTargetRef.name") == deployment.name for h in objects.of(HPA))
    yield from deployment.unless(scaled, "no HorizontalPodAutoscaler scales it")
    fixed = deployment.get("spec.replicas")
    yield from deployment.unless(fixed is None, f"sets {fixed} beside its scaler", "spec.replicas")


RULES = (api, worker, owner)
