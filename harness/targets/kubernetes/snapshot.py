"""How far rollouts are: one look at the workloads of a few namespaces."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from harness.targets.kubernetes.api import Api, Object
from harness.targets.kubernetes.render import Key

_PATHS = {
    "Deployment": "/apis/apps/v1/deployments",
    "StatefulSet": "/apis/apps/v1/statefulsets",
    "DaemonSet": "/apis/apps/v1/daemonsets",
    "Job": "/apis/batch/v1/jobs",
}
KINDS = tuple(_PATHS)


@dataclass(frozen=True)
class Snapshot:
    """Workloads that are waited for, those that are not there yet, their pods, and the events of their namespaces."""

    owners: list[Object]
    absent: list[Key]
    pods: list[Object]
    replica_sets: list[Object]
    events: list[Object]

    def current_pods(self) -> Iterator[Object]:
        """Pods of what is being rolled out; those of the version before may be as broken as they like."""
        newest = {name: revision for owner in self.owners for name, revision in self._newest(owner)}
        for pod in self.pods:
            metadata = pod["metadata"]
            controller = next((r for r in metadata.get("ownerReferences") or [] if r.get("controller")), None)
            if controller is None or controller["uid"] not in newest:
                continue
            revision = newest[controller["uid"]]
            if not revision or (metadata.get("labels") or {}).get("controller-revision-hash") == revision:
                yield pod

    def _newest(self, owner: Object) -> Iterator[tuple[str, str]]:
        """uid of what owns current pods, and the revision that they must be of."""
        if not _is_observed(owner):
            return
        uid = owner["metadata"]["uid"]
        if owner["kind"] == "StatefulSet":
            yield uid, owner["status"].get("updateRevision", "")
        elif owner["kind"] == "Deployment":
            mine = [
                s for s in self.replica_sets if any(r["uid"] == uid for r in s["metadata"].get("ownerReferences") or [])
            ]
            if mine:
                yield max(mine, key=_revision)["metadata"]["uid"], ""
        else:
            yield uid, ""


def look(api: Api, keys: Collection[Key]) -> Snapshot:
    """Asks the API server. Raises ApiError."""
    found: dict[tuple[str, str, str], Object] = {}
    namespaces = {key.namespace for key in keys}
    for kind in {key.kind for key in keys}:
        for item in api.items(_PATHS[kind]):
            found[kind, item["metadata"]["namespace"], item["metadata"]["name"]] = {"kind": kind, **item}
    wanted = {key: found.get((key.kind, key.namespace, key.name)) for key in keys}

    def within(path: str) -> list[Object]:
        return [item for item in api.items(path) if item["metadata"]["namespace"] in namespaces]

    return Snapshot(
        owners=[owner for owner in wanted.values() if owner is not None],
        absent=[key for key, owner in wanted.items() if owner is None],
        pods=within("/api/v1/pods"),
        replica_sets=within("/apis/apps/v1/replicasets"),
        events=within("/api/v1/events"),
    )


def system_daemons(api: Api) -> list[Key]:
    """What every node needs before its pods can be reached: the network of the cluster itself. Raises ApiError."""
    found = api.items("/apis/apps/v1/namespaces/kube-system/daemonsets")
    return [Key("apps/v1", "DaemonSet", "kube-system", daemon["metadata"]["name"]) for daemon in found]


def is_done(owner: Object) -> bool:
    """Whether a workload is rolled out in its newest version, or a Job complete."""
    status, spec = owner.get("status") or {}, owner["spec"]
    if owner["kind"] == "Job":
        return any(c["type"] == "Complete" and c["status"] == "True" for c in status.get("conditions") or [])
    if not _is_observed(owner):
        return False
    if owner["kind"] == "DaemonSet":
        wanted = status.get("desiredNumberScheduled", 0)
        return bool(status.get("updatedNumberScheduled", 0) == wanted == status.get("numberAvailable", 0))
    wanted = spec.get("replicas", 1)
    if owner["kind"] == "StatefulSet":
        newest = (
            status.get("updateRevision") == status.get("currentRevision") or status.get("updatedReplicas") == wanted
        )
        return bool(newest and status.get("readyReplicas", 0) == wanted)
    counts = [status.get(name, 0) for name in ("replicas", "updatedReplicas", "availableReplicas")]
    return counts == [wanted] * 3


def _is_observed(owner: Object) -> bool:
    return bool((owner.get("status") or {}).get("observedGeneration", -1) >= owner["metadata"]["generation"]) or (
        owner["kind"] == "Job"
    )


def _revision(replica_set: Object) -> int:
    return int((replica_set["metadata"].get("annotations") or {}).get("deployment.kubernetes.io/revision", 0))
