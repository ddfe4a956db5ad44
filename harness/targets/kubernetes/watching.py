"""Whether the services of the system live: a thread looks at their pods, so that asking costs nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from harness.model.errors import LaunchgateError
from harness.model.system import Workload
from harness.targets.kubernetes import clusters
from harness.targets.kubernetes.api import Api, Object
from harness.targets.kubernetes.trouble import owner_of

GRACE = 60.0
_EVERY = 2.0


class Watch:
    """Pods of each service, not older than a few seconds.

    A service is dead when it had no ready pod for longer than the grace, or when the nodes are gone. A rolling
    restart, a killed pod, a move to another node take less; a workload scaled to zero is meant to be away.
    """

    def __init__(
        self,
        api: Api,
        cluster: str,
        namespace: str,
        workloads: Sequence[Workload],
        grace: float = GRACE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api, self._cluster, self._namespace, self._workloads = api, cluster, namespace, list(workloads)
        self._grace, self._clock = grace, clock
        self._well_at = {w.service: clock() for w in workloads}
        self._gone = False
        self._pods: dict[str, list[Object]] = {}
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._work, name="cluster-watch", daemon=True)

    def start(self) -> None:
        """Begins to look."""
        self.look()
        self._thread.start()

    def close(self) -> None:
        """Ends the thread. May be called twice."""
        self._done.set()
        if self._thread.is_alive():
            self._thread.join(15)

    def dead(self) -> list[str]:
        """Names of services that are dead."""
        now = self._clock()
        return [w.service for w in self._workloads if self._gone or now - self._well_at[w.service] > self._grace]

    def pods(self, service: str) -> list[Object]:
        """Its ready pods, as they were last seen."""
        return self._pods.get(service, [])

    def look(self) -> None:
        """One look. A cluster that does not answer says nothing about its services, unless its nodes are gone."""
        try:
            pods = self._api.items(f"/api/v1/namespaces/{self._namespace}/pods", 5.0)
            empty = self._scaled_to_zero()
        except LaunchgateError:
            self._gone = self._nodes_are_gone()
            return
        now, self._gone = self._clock(), False
        for workload in self._workloads:
            mine = [p for p in pods if is_ready(p) and owner_of(p) == f"{workload.kind} {workload.name}"]
            self._pods[workload.service] = mine
            if mine or (workload.kind, workload.name) in empty:
                self._well_at[workload.service] = now

    def _scaled_to_zero(self) -> set[tuple[str, str]]:
        found: set[tuple[str, str]] = set()
        for kind, plural in (("Deployment", "deployments"), ("StatefulSet", "statefulsets")):
            for item in self._api.items(f"/apis/apps/v1/namespaces/{self._namespace}/{plural}", 5.0):
                if item["spec"].get("replicas", 1) == 0:
                    found.add((kind, item["metadata"]["name"]))
        return found

    def _nodes_are_gone(self) -> bool:
        try:
            return not clusters.nodes(self._cluster)
        except LaunchgateError:
            return False

    def _work(self) -> None:
        while not self._done.wait(_EVERY):
            self.look()


def is_ready(pod: Object) -> bool:
    """Whether it gets traffic."""
    if pod["metadata"].get("deletionTimestamp"):
        return False
    conditions = (pod.get("status") or {}).get("conditions") or []
    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)
