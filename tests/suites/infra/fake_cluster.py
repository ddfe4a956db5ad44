"""A cluster in memory: one workload behind one Service, whose pods a test lets come and go."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from suites.infra.cluster.protocol import ClusterError, Executed, Item
from tests.suites.context import FakeContext

API = "calendar-api"
NAMESPACE = "village-calendar"


def make_pod(name: str, *, node: str = "one", ready: bool = True, restarts: int = 0, app: str = API) -> Item:
    return {
        "kind": "Pod",
        "metadata": {"name": name, "uid": f"uid-{name}", "labels": {"app.kubernetes.io/name": app}},
        "spec": {
            "nodeName": node,
            "initContainers": [{"name": "waits", "image": "village-calendar:1", "command": ["migrate", "--wait", "9"]}],
            "containers": [{"name": "api", "image": "village-calendar:1"}],
        },
        "status": {
            "phase": "Running",
            "podIP": "10.0.0.1",
            "conditions": [{"type": "Ready", "status": str(ready), "lastTransitionTime": "2026-01-01T00:02:00Z"}],
            "initContainerStatuses": [{"name": "waits", "state": {"terminated": {"exitCode": 0}}}],
            "containerStatuses": [{"name": "api", "restartCount": restarts, "containerID": f"containerd://{name}"}],
        },
    }


class FakeCluster:
    """Implements `Cluster`.

    Attributes:
        pods: name → pod; what is ready here is served.
        calls: what was asked for, in order.
        on: called after each call with its words: a test changes the pods here.
    """

    def __init__(self, *pods: Item, budget: int | None = 1) -> None:
        self.pods = {pod["metadata"]["name"]: pod for pod in pods}
        self.wanted = len(pods)
        self.budget = budget
        self.events: list[Item] = []
        self.extra: dict[str, list[Item]] = {}
        self.calls: list[tuple[str, ...]] = []
        self.on: Callable[[tuple[str, ...]], None] = lambda words: None
        self.answers: Callable[[str, str, Sequence[str]], Executed] = lambda where, pod, argv: Executed(0, "{}", "")
        self.still_served: set[str] = set()

    def objects(self, namespace: str) -> list[Item]:
        return self.extra.get("objects", [])

    def get(self, kind: str, namespace: str, name: str) -> Item:
        self._said("get", kind, name)
        if kind == "Deployment":
            up = sum(self._ready(pod) for pod in self.pods.values())
            return {"kind": kind, "spec": {"replicas": self.wanted}, "status": {"readyReplicas": up}}
        for one in self.extra.get(kind, []):
            if one["metadata"]["name"] == name:
                return copy.deepcopy(one)
        raise ClusterError(f"{kind} {name} not found", 404)

    def list(self, kind: str, namespace: str, labels: Mapping[str, str] | None = None) -> list[Item]:
        if kind == "Pod" and namespace == NAMESPACE:
            taken = [p for p in self.pods.values() if not labels or labels.items() <= p["metadata"]["labels"].items()]
            return copy.deepcopy(taken)
        if kind == "EndpointSlice":
            served = {n for n, p in self.pods.items() if self._ready(p)} | self.still_served
            ends = [{"targetRef": {"name": n}, "conditions": {"ready": True}} for n in sorted(served)]
            return [{"endpoints": ends}]
        if kind == "PodDisruptionBudget":
            spec = {"selector": {"matchLabels": {"app.kubernetes.io/name": API}}}
            return [] if self.budget is None else [{"spec": spec, "status": {"desiredHealthy": self.budget}}]
        if kind == "Event":
            return self.events
        return [one for one in self.extra.get(kind, []) if one["metadata"].get("namespace", NAMESPACE) == namespace]

    def execute(self, namespace: str, pod: str, argv: Sequence[str], timeout: float) -> Executed:
        self._said("execute", namespace, pod)
        return self.answers(namespace, pod, argv)

    def create(self, item: Item) -> None:
        self.extra.setdefault(item["kind"], []).append(item)
        self._said("create", item["kind"], item["metadata"]["name"])

    def patch(self, kind: str, namespace: str, name: str, change: Item) -> None:
        self._said("patch", kind, name, json.dumps(change))

    def delete(self, kind: str, namespace: str, name: str, grace: int | None = None) -> None:
        kept = [one for one in self.extra.get(kind, []) if one["metadata"]["name"] != name]
        self.extra[kind] = kept
        self._said("delete", kind, name)

    def evict(self, namespace: str, pod: str, *, dry_run: bool = False) -> None:
        healthy = sum(self._ready(p) for p in self.pods.values())
        ours = pod in self.pods and self.pods[pod]["metadata"]["labels"]["app.kubernetes.io/name"] == API
        if ours and self.budget is not None and healthy <= self.budget:
            raise ClusterError("Cannot evict pod as it would violate the pod's disruption budget.", 429)
        self._said("dry-run" if dry_run else "evict", pod)

    def _said(self, *words: str) -> None:
        self.calls.append(words)
        self.on(words)

    @staticmethod
    def _ready(pod: Item) -> bool:
        return pod["status"]["conditions"][0]["status"] == "True"


class InfraContext(FakeContext):
    """A context whose target is a cluster."""

    def __init__(self, root: Path, endpoints: Mapping[str, str] | None = None, **access: str) -> None:
        super().__init__(root, endpoints or {})
        self.access = {"namespace": NAMESPACE, **access}


def unready(pod: Item) -> None:
    pod["status"]["conditions"][0]["status"] = "False"


def ended(pod: Item, reason: str, code: int) -> None:
    """Its container was started again, after an end of this kind; the pod is ready."""
    pod["status"]["conditions"][0]["status"] = "True"
    pod["status"]["containerStatuses"][0] |= {
        "restartCount": 1,
        "lastState": {"terminated": {"reason": reason, "exitCode": code}},
    }


def outcome(context: FakeContext) -> dict[str, Any]:
    """Check → outcome."""
    from harness.model.observation import CheckResult

    return {one.check: one.outcome for one in context.of(CheckResult)}
