"""Looks at a workload a few times a second: its pods, and which of them its Service leads to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from suites.infra.cluster.protocol import ClusterError, ClusterReader, Item
from suites.infra.objects import NAME_LABEL
from suites.infra.steps.opening import leaving, ready

_EVERY = 0.3  # seconds between two looks
SERVICE_LABEL = "kubernetes.io/service-name"


@dataclass(frozen=True)
class Pod:
    """A pod at one moment.

    Attributes:
        ended: why and with which exit code its container last ended.
    """

    name: str
    uid: str
    node: str
    ready: bool
    leaving: bool
    restarts: int
    ended: tuple[str, int] | None


@dataclass(frozen=True)
class Snapshot:
    """The workload at one moment.

    Attributes:
        t: seconds of the method.
        wanted: replicas that the Deployment asks for.
        serving: names of the pods to which the Service leads.
    """

    t: float
    wanted: int
    pods: tuple[Pod, ...]
    serving: frozenset[str]

    @property
    def healthy(self) -> int:
        """Pods that are ready and there to stay."""
        return sum(pod.ready and not pod.leaving for pod in self.pods)

    @property
    def whole(self) -> bool:
        """All that is wanted is ready and served, and nothing else is there."""
        names = {pod.name for pod in self.pods}
        return self.healthy == self.wanted == len(self.pods) and self.serving == names

    def pod(self, name: str) -> Pod | None:
        """The pod of this name."""
        return next((one for one in self.pods if one.name == name), None)


def look(cluster: ClusterReader, namespace: str, workload: str, t: float) -> Snapshot:
    """One look. Raises ClusterError."""
    deployment = cluster.get("Deployment", namespace, workload)
    pods = cluster.list("Pod", namespace, {NAME_LABEL: workload})
    slices = cluster.list("EndpointSlice", namespace, {SERVICE_LABEL: workload})
    serving = {
        endpoint.get("targetRef", {}).get("name", "")
        for one in slices
        for endpoint in one.get("endpoints") or ()
        if endpoint.get("conditions", {}).get("ready")
    }
    return Snapshot(t, int(deployment["spec"].get("replicas", 1)), tuple(map(_pod, pods)), frozenset(serving))


def _pod(item: Item) -> Pod:
    status: dict[str, Any] = next(iter(item.get("status", {}).get("containerStatuses") or ()), {})
    ended = (status.get("lastState") or {}).get("terminated")
    return Pod(
        name=item["metadata"]["name"],
        uid=item["metadata"].get("uid", ""),
        node=item.get("spec", {}).get("nodeName", ""),
        ready=ready(item),
        leaving=leaving(item),
        restarts=int(status.get("restartCount", 0)),
        ended=(str(ended.get("reason", "")), int(ended.get("exitCode", -1))) if ended else None,
    )


@dataclass
class Watcher:
    """Context manager: looks again and again while it is open.

    Attributes:
        blind: looks that failed, with the reason.
    """

    cluster: ClusterReader
    namespace: str
    workload: str
    clock: Callable[[], float]
    every: float = _EVERY
    seen: list[Snapshot] = field(default_factory=list)
    blind: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watcher", daemon=True)
        self._look()
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()

    def since(self, t: float) -> list[Snapshot]:
        """What was seen from `t` on."""
        return [one for one in self.seen if one.t >= t]

    def _watch(self) -> None:
        while not self._stop.wait(self.every):
            self._look()

    def _look(self) -> None:
        began = self.clock()
        try:
            self.seen.append(look(self.cluster, self.namespace, self.workload, began))
        except ClusterError as error:
            self.blind.append(f"{began:.1f} s: {error.what}")
