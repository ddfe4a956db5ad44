"""A rolling restart: every pod is replaced, one after the other, as with a new release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from suites.infra.faults.base import Fault, budget_of, fell_below, too_few
from suites.infra.watcher import Snapshot


class RollingRestart(Fault):
    """What `kubectl rollout restart` does."""

    def hits(self) -> list[str]:
        """All pods of the workload, in their turn."""
        return [pod["metadata"]["name"] for pod in self.scene.pods]

    def inject(self) -> None:
        """Changes the pod template's annotation, which makes a new version of it."""
        self._budget = budget_of(self.scene)
        stamp = {"kubectl.kubernetes.io/restartedAt": datetime.now(UTC).isoformat()}
        change = {"spec": {"template": {"metadata": {"annotations": stamp}}}}
        self.scene.cluster.patch("Deployment", self.scene.namespace, self.scene.workload, change)

    def over(self, seen: Sequence[Snapshot]) -> bool:
        """All pods are new, and nothing of the old ones is left."""
        return bool(seen) and seen[-1].whole and not self._old(seen[-1])

    def problems(self, seen: Sequence[Snapshot]) -> Mapping[str, list[str]]:
        """New pods, never fewer than wanted, the budget kept."""
        left = self._old(seen[-1]) if seen else ["unknown"]
        unready = [] if seen and seen[-1].whole else ["the workload is not whole again"]
        return {
            "replaced": [f"still there: {name}" for name in left] + unready,
            "available": fell_below(self.scene.before.healthy, seen),
            "pdb-respected": too_few(self._budget, seen),
        }

    def _old(self, now: Snapshot) -> list[str]:
        before = {pod["metadata"]["uid"] for pod in self.scene.pods}
        return [pod.name for pod in now.pods if pod.uid in before]
