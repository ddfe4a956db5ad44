"""Changing versions and losing nodes without losing requests (T1.8)."""

from __future__ import annotations

import math
from collections.abc import Iterator

from suites.infra.objects import Breach, Objects, Part, labels_of, selects
from suites.infra.required import API, APPLICATIONS, MIGRATE, SHOP
from suites.infra.rules.base import rule, whole_place, workloads

DEPLOYMENTS = workloads(*APPLICATIONS)
LEAST_SETTLE = 3  # seconds between "stopping" and SIGTERM that every node's proxy has to learn of it


@rule("rollout.strategy", "a rolling update adds one pod and takes none away", "T1.8", over=DEPLOYMENTS)
def strategy(deployment: Part, _objects: Objects) -> Iterator[Breach]:
    """maxSurge 1, maxUnavailable 0."""
    yield from deployment.wants("spec.strategy.type", "RollingUpdate")
    for key, figure in (("maxSurge", 1), ("maxUnavailable", 0)):
        path = f"spec.strategy.rollingUpdate.{key}"
        found = deployment.get(path, "the default, 25 %")
        yield from deployment.unless(found == figure, f"expected {figure}, got {found}", path)


@rule("rollout.budget", "a disruption budget keeps one pod of the API, and lets nodes be drained", "T1.8",
      over=DEPLOYMENTS)  # fmt: skip
def budget(deployment: Part, objects: Objects) -> Iterator[Breach]:
    """The API keeps at least one pod; a budget that nothing satisfies would hold up every drain."""
    labels = deployment.get("spec.template.metadata.labels", {})
    found = [b for b in objects.of("PodDisruptionBudget") if selects(b.get("spec.selector"), labels)]
    yield from deployment.unless(len(found) == 1, f"{len(found)} disruption budgets select its pods, expected one")
    least = [h.get("spec.minReplicas", 1) for h in objects.of("HorizontalPodAutoscaler")
             if h.get("spec.scaleTargetRef.name") == deployment.name]  # fmt: skip
    pods = least[0] if least else deployment.get("spec.replicas", 1)
    for one in found:
        kept = _kept(one, pods)
        if deployment.name == API:
            yield from one.unless(kept >= 1, f"keeps {kept} of {pods} pods, expected at least 1", "spec")
        yield from one.unless(kept < pods, f"keeps all {pods} pods, so no node can be drained", "spec")


def _kept(pdb: Part, pods: int) -> int:
    """How many of `pods` the budget keeps."""
    for key in ("minAvailable", "maxUnavailable"):
        written = pdb.get(f"spec.{key}")
        if isinstance(written, str):  # a percentage, rounded up as Kubernetes does
            written = math.ceil(pods * int(written.removesuffix("%")) / 100)
        if written is not None:
            return int(written) if key == "minAvailable" else max(0, pods - int(written))
    return 0


@rule("rollout.probes", "every container has the three probes, and is not killed for what others lack",
      over=lambda o: o.containers(APPLICATIONS, init=False))  # fmt: skip
def probes(container: Part, _objects: Objects) -> Iterator[Breach]:
    """Liveness must not ask what readiness asks of the API: a missing database is no reason to start again."""
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        yield from container.unless(container.get(probe) is not None, "it is missing", probe)
    ready, live = (container.get(f"{probe}.httpGet.path") for probe in ("readinessProbe", "livenessProbe"))
    if container.name == API and live:
        yield from container.unless(ready != live, f"asks {live}, as the readiness probe does", "livenessProbe")
    slower = _patience(container, "livenessProbe") > _patience(container, "readinessProbe")
    yield from container.unless(slower, "kills the pod before readiness takes it out of service", "livenessProbe")


def _patience(container: Part, probe: str) -> int:
    """Seconds until a probe that fails has its effect."""
    period, failures = (container.get(f"{probe}.{k}", d) for k, d in (("periodSeconds", 10), ("failureThreshold", 3)))
    return int(period) * int(failures)


@rule("rollout.drain", "the API waits before it stops, and has time to finish", "T1.8",
      over=lambda o: o.templates([API]))  # fmt: skip
def drain(template: Part, _objects: Objects) -> Iterator[Breach]:
    """Between "stopping" and SIGTERM the proxies learn of it; the grace period holds the wait and the last requests."""
    grace = template.get("spec.terminationGracePeriodSeconds", 30)
    for container in template.each("spec.containers"):
        slept = container.get("lifecycle.preStop.sleep.seconds", 0)
        yield from container.unless(
            slept >= LEAST_SETTLE, f"waits {slept} s, expected at least {LEAST_SETTLE} s", "lifecycle.preStop"
        )
        path = "spec.terminationGracePeriodSeconds"
        yield from template.unless(grace >= slept + 15, f"{grace} s, of which preStop takes {slept} s", path)


@rule("rollout.spread", "pods are spread over the nodes", over=lambda o: o.templates(APPLICATIONS))
def spread(template: Part, _objects: Objects) -> Iterator[Breach]:
    """Two pods on one node are one pod when the node goes."""
    labels = labels_of(template)
    found = [
        one
        for one in template.get("spec.topologySpreadConstraints", ())
        if one.get("topologyKey") == "kubernetes.io/hostname" and selects(one.get("labelSelector"), labels)
    ]
    yield from template.unless(bool(found), "no constraint spreads its pods over hosts", "spec")


@rule("rollout.migrations-first", "no pod of a release starts before the release's migrations are done", "T1.8",
      over=lambda o: o.templates(APPLICATIONS))  # fmt: skip
def migrations_first(template: Part, objects: Objects) -> Iterator[Breach]:
    """There is a migration Job, and an init container that waits for it."""
    yield from template.unless(bool(objects.named("Job", MIGRATE)), f"there is no Job {MIGRATE}")
    yield from template.unless(
        bool(waiting_in(template)), "no init container waits for the migrations", "spec.initContainers"
    )


def waiting_in(whole: Part) -> list[Part]:
    """The init containers of a pod or its template that wait for the migrations."""
    return [c for c in whole.each("spec.initContainers") if "--wait" in _words(c)]


def _words(container: Part) -> list[str]:
    return [*container.get("command", ()), *container.get("args", ())]


@rule("rollout.one-image", "api, worker and migrations run the same image", over=whole_place)
def one_image(place: Part, objects: Objects) -> Iterator[Breach]:
    """A worker of another release may not understand what the API writes."""
    waiting = [c for t in objects.templates(APPLICATIONS) for c in t.each("spec.initContainers")]
    images = sorted({str(one.get("image")) for one in (*waiting, *objects.containers(SHOP, init=False))})
    yield from place.unless(len(images) == 1, f"{len(images)} images: {', '.join(images) or 'none'}")


RULES = (strategy, budget, probes, drain, spread, migrations_first, one_image)
