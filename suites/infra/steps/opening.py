"""What the steps on a cluster have in common: the way in, the pods of a workload, the guard."""

from __future__ import annotations

import time
from pathlib import Path

from harness.model.errors import Refused, SuiteError
from harness.model.scenario import Guard
from harness.ports.suite import Context
from suites.infra.cluster.protocol import Cluster, ClusterReader, Item
from suites.infra.objects import NAME_LABEL


def open_cluster(context: Context) -> Cluster:
    """The cluster that the target gives access to. Raises SuiteError where the target is none."""
    kubeconfig = context.access.get("kubeconfig")
    if not kubeconfig:
        raise SuiteError("the target gives no access to a cluster", advice="run it with --target kind")
    from suites.infra.cluster.official import OfficialCluster

    return OfficialCluster(Path(kubeconfig), context.access.get("context", ""))


def namespace_of(context: Context) -> str:
    """The namespace of the system under test."""
    found = context.access.get("namespace")
    if not found:
        raise SuiteError("the target does not say in which namespace the system is")
    return found


def endpoint(context: Context, name: str) -> str:
    """The URL of a public endpoint, without a slash at its end."""
    if name not in context.endpoints:
        known = ", ".join(sorted(context.endpoints))
        raise SuiteError(f"the target announces no endpoint '{name}'", advice=f"it has {known}")
    return context.endpoints[name].rstrip("/")


def pods_of(cluster: ClusterReader, namespace: str, workload: str) -> list[Item]:
    """Pods of a workload that are there to stay, by name."""
    found = cluster.list("Pod", namespace, {NAME_LABEL: workload})
    return sorted((p for p in found if not leaving(p)), key=lambda p: str(p["metadata"]["name"]))


def leaving(pod: Item) -> bool:
    """Whether the pod is on its way out, or has ended."""
    return pod["metadata"].get("deletionTimestamp") is not None or pod.get("status", {}).get("phase") in (
        "Succeeded", "Failed",
    )  # fmt: skip


def ready(pod: Item) -> bool:
    """Whether the pod says that it is ready."""
    conditions = pod.get("status", {}).get("conditions") or ()
    return any(c.get("type") == "Ready" and c.get("status") == "True" for c in conditions)


def guard_pods(guard: Guard, hit: int, what: str) -> None:
    """Raises Refused when a fault would hit more pods than the scenario allows."""
    if hit > guard.max_pods:
        raise Refused(
            f"{what} would hit {hit} pods, allowed: {guard.max_pods}",
            advice="raise guard.max_pods of the scenario if it is meant",
        )


def guard_namespace(guard: Guard, namespace: str) -> None:
    """Raises Refused for a namespace that the scenario does not name."""
    if guard.namespaces and namespace not in guard.namespaces:
        raise Refused(
            f"the step needs namespace '{namespace}', allowed: {', '.join(guard.namespaces)}",
            advice="allow it in the scenario's guard.namespaces if it is meant",
        )


def pause(context: Context, seconds: float, tick: float = 0.2) -> bool:
    """Waits; False when the run is to stop meanwhile."""
    deadline = time.monotonic() + seconds
    while not context.stop_reason():
        left = deadline - time.monotonic()
        if left <= 0:
            return True
        time.sleep(min(left, tick))
    return False
