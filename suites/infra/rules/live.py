"""What only the running cluster can say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from suites.infra.objects import NAME_LABEL, Breach, Objects, Part, labels_of, selects
from suites.infra.required import APPLICATIONS, MIGRATE
from suites.infra.rules.base import rule
from suites.infra.rules.rollout import waiting_in

RENDERED = "rendered"  # key of Objects.extra: what was applied
HPA, PDB = "HorizontalPodAutoscaler", "PodDisruptionBudget"


def _running(objects: Objects) -> list[Part]:
    """Pods that are there to stay: not of a Job, not on their way out."""
    return [
        pod
        for pod in objects.of("Pod")
        if pod.get("metadata.deletionTimestamp") is None
        and not any(owner.get("kind") == "Job" for owner in pod.get("metadata.ownerReferences", ()))
    ]


def is_ready(pod: Part) -> bool:
    """Whether a pod says that it is ready."""
    return _condition(pod, "Ready").get("status") == "True"


def _condition(whole: Part, kind: str) -> dict[str, Any]:
    return next((c for c in whole.get("status.conditions", ()) if c.get("type") == kind), {})


@rule("state.applied", "everything that was rendered is there", over=lambda o: _rendered(o), where="live")
def applied(rendered: Part, objects: Objects) -> Iterator[Breach]:
    """By kind and name; how it is set is what the other rules look at."""
    there = {(one.get("kind"), one.get("metadata", {}).get("name")) for one in objects.items}
    yield from rendered.unless((rendered.owner.get("kind"), rendered.name) in there, "is not on the cluster")


def _rendered(objects: Objects) -> list[Part]:
    return [Part(objects.place, one, "", one) for one in objects.extra.get(RENDERED, ())]


@rule("state.rolled-out", "every rollout is complete", "T1.8", over=lambda o: o.of("Deployment", "StatefulSet"),
      where="live")  # fmt: skip
def rolled_out(whole: Part, _objects: Objects) -> Iterator[Breach]:
    """All replicas are of the newest version, and ready."""
    wanted = whole.get("spec.replicas", 1)
    seen = whole.get("status.observedGeneration", 0)
    yield from whole.unless(seen >= whole.get("metadata.generation", 0), "its newest version has not been seen yet")
    for key in ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas"):
        found = whole.get(f"status.{key}", 0)
        yield from whole.unless(found == wanted, f"{found} of {wanted}", f"status.{key}")


@rule("state.migrated", "the migrations are done, and no pod started before the schema was its own", "T1.8",
      over=lambda o: o.named("Job", MIGRATE), where="live")  # fmt: skip
def migrated(job: Part, objects: Objects) -> Iterator[Breach]:
    """Of the pods that are there now; each must have waited, and to the end.

    Not by the clock: the Job of a release without migrations changes nothing and may end after the first pod is ready.
    """
    yield from job.unless(job.get("status.completionTime") is not None, "it is not complete", "status")
    for pod in _running(objects):
        if labels_of(pod).get(NAME_LABEL) in APPLICATIONS:
            ended = {one.get("name"): one.get("state", {}) for one in pod.get("status.initContainerStatuses", ())}
            waits = [str(one.get("name")) for one in waiting_in(pod)]
            yield from pod.unless(bool(waits), "it did not wait for the migrations", "spec.initContainers")
            for name in waits:
                code = ended.get(name, {}).get("terminated", {}).get("exitCode")
                yield from pod.unless(code == 0, f"{name} ended with {code}", "status.initContainerStatuses")


@rule("state.scalers", "every scaler reads its metric", "T1.3", over=lambda o: o.of(HPA), where="live")
def scalers(scaler: Part, _objects: Objects) -> Iterator[Breach]:
    """A scaler without its metric stands still, and says so nowhere else."""
    for kind in ("AbleToScale", "ScalingActive"):
        found = _condition(scaler, kind)
        says = found.get("message", "no such condition")
        yield from scaler.unless(found.get("status") == "True", f"{kind} is not true: {says}", "status.conditions")


@rule("state.budgets", "every disruption budget lets one pod go now", "T1.8", over=lambda o: o.of(PDB), where="live")
def budgets(pdb: Part, _objects: Objects) -> Iterator[Breach]:
    """Zero holds up every drain."""
    allowed = pdb.get("status.disruptionsAllowed", 0)
    yield from pdb.unless(allowed >= 1, f"allows {allowed}", "status.disruptionsAllowed")


@rule("state.endpoints", "a Service leads to its ready pods, all of them and no other",
      over=lambda o: [s for s in o.of("Service") if s.get("spec.selector")], where="live")  # fmt: skip
def endpoints(service: Part, objects: Objects) -> Iterator[Breach]:
    """By the EndpointSlices, which the nodes' proxies go by."""
    selector = {"matchLabels": service.get("spec.selector")}
    ready = {p.name for p in _running(objects) if is_ready(p) and selects(selector, labels_of(p))}
    told = {
        endpoint.get("targetRef", {}).get("name")
        for one in objects.of("EndpointSlice")
        if labels_of(one).get("kubernetes.io/service-name") == service.name
        for endpoint in one.get("endpoints", ())
        if endpoint.get("conditions", {}).get("ready")
    }
    yield from service.unless(bool(ready), "no pod behind it is ready")
    yield from service.unless(ready == told, f"leads to {sorted(told)}, ready are {sorted(ready)}")


@rule("state.no-restarts", "no container had to be restarted", over=_running, where="live")
def no_restarts(pod: Part, _objects: Objects) -> Iterator[Breach]:
    """With the reason of the last end."""
    for status in pod.each("status.containerStatuses"):
        ended = status.get("lastState.terminated", {})
        count = status.get("restartCount", 0)
        why = f"{ended.get('reason', 'unknown')}, exit code {ended.get('exitCode', '?')}"
        yield from status.unless(count == 0, f"{status.name}: {count} restarts, the last for {why}")


@rule("state.no-token", "no pod has a key to the cluster's API mounted", over=_running, where="live")
def no_token(pod: Part, _objects: Objects) -> Iterator[Breach]:
    """As admission left the pod, whatever the template asked for."""
    for volume in pod.each("spec.volumes"):
        token = any("serviceAccountToken" in source for source in volume.get("projected.sources", ()))
        yield from volume.unless(not token, "is a service account token")


@rule("state.images", "the pods run the images that were rendered", over=_running, where="live")
def images(pod: Part, objects: Objects) -> Iterator[Breach]:
    """A pod of an older release, left over, would be tested in its place."""
    rendered = Objects(RENDERED, objects.extra.get(RENDERED, ()))
    wanted = {str(c.get("image")) for c in rendered.containers()}
    for container in pod.each("spec.containers"):
        image = container.get("image")
        yield from container.unless(image in wanted, f"{image} is in no rendered object", "image")


RULES = (applied, rolled_out, migrated, scalers, budgets, endpoints, no_restarts, no_token, images)
