"""A node is drained for maintenance: cordoned, and its pods asked to leave through the eviction API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from suites.infra.cluster.protocol import ClusterError, Item
from suites.infra.faults.base import Fault, Scene, budget_of, too_few
from suites.infra.steps.opening import leaving
from suites.infra.watcher import Snapshot

_FORBIDDEN = 429  # the answer of the eviction API while a budget forbids it


class NodeDrain(Fault):
    """What `kubectl drain` does, held to the pods of the system's namespace."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.node: str = scene.pods[0]["spec"]["nodeName"]
        self._to_evict = [p["metadata"]["name"] for p in self._on_node()]
        self._asked: set[str] = set()
        self._second: list[str] | None = None  # what the second eviction showed; None while it was not tried

    def hits(self) -> list[str]:
        """Every pod of the namespace on the node, but those of DaemonSets."""
        return self._to_evict

    def scope(self) -> str:
        """The node, and whom it holds."""
        return f"node {self.node}: {', '.join(self._to_evict)}"

    def inject(self) -> None:
        """Cordons the node and asks the first pods to leave."""
        self._budget = budget_of(self.scene)
        self.scene.cluster.patch("Node", "", self.node, {"spec": {"unschedulable": True}})
        self.press(self.scene.before)

    def press(self, now: Snapshot) -> None:  # noqa: ARG002
        """Asks those who are still there and not yet leaving; a refusal is asked again at the next look."""
        for name in self._to_evict:
            if name in self._asked:
                continue
            try:
                self.scene.cluster.evict(self.scene.namespace, name)
            except ClusterError as error:
                if error.status not in (_FORBIDDEN, 404):
                    raise
                if error.status == _FORBIDDEN:
                    if self._is_ours(name):  # another workload's refusal says nothing about our budget
                        self._second = self._second or []
                    continue
            self._asked.add(name)
            if self._is_ours(name) and self._second is None:
                self._second = self._ask_a_second()

    def over(self, seen: Sequence[Snapshot]) -> bool:
        """Nothing is left on the node, and the workload is whole elsewhere."""
        return bool(seen) and seen[-1].whole and not self._left(seen[-1]) and not self._on_node()

    def problems(self, seen: Sequence[Snapshot]) -> Mapping[str, list[str] | None]:
        """Moved, served all the time, the budget kept and seen to refuse."""
        whole = [] if seen and seen[-1].whole else ["the workload is not whole again"]
        kept = too_few(self._budget, seen)
        left = [p["metadata"]["name"] for p in self._on_node()]
        gone = self._left(seen[-1]) if seen else ["unknown"]
        served = min((len(one.serving) for one in seen), default=0)
        return {
            "replaced": whole + [f"still on the node: {name}" for name in gone],
            "available": [] if served else ["the Service led to no pod at one moment"],
            "pdb-respected": None if self._second is None and not kept else [*kept, *(self._second or ())],
            "moved": [f"{name} is still on {self.node}" for name in left],
        }

    def heal(self) -> None:
        """The node takes pods again."""
        self.scene.cluster.patch("Node", "", self.node, {"spec": {"unschedulable": None}})

    def _ask_a_second(self) -> list[str] | None:
        """Would another pod be let go now, with one on its way? Asked without doing it."""
        kept = int((self._budget or {}).get("status", {}).get("desiredHealthy", 0))
        others = [p["metadata"]["name"] for p in self.scene.pods if p["metadata"]["name"] not in self._asked]
        if not others or len(others) > max(kept, 1):
            return None  # the budget has room for more: its refusal cannot be shown
        try:
            self.scene.cluster.evict(self.scene.namespace, others[0], dry_run=True)
        except ClusterError as error:
            if error.status == _FORBIDDEN:
                return []
            raise
        return [f"{others[0]} would have been let go while only {len(others)} healthy pods were left"]

    def _is_ours(self, name: str) -> bool:
        return any(pod["metadata"]["name"] == name for pod in self.scene.pods)

    def _left(self, now: Snapshot) -> list[str]:
        return [pod.name for pod in now.pods if pod.node == self.node]

    def _on_node(self) -> list[Item]:
        pods = self.scene.cluster.list("Pod", self.scene.namespace)
        return [p for p in pods if p.get("spec", {}).get("nodeName") == self.node and not _stays(p) and not leaving(p)]


def _stays(pod: Item) -> bool:
    """A DaemonSet's pod belongs to the node; the pod of a Job that has ended is none any more."""
    return any(owner.get("kind") == "DaemonSet" for owner in pod["metadata"].get("ownerReferences") or ())
