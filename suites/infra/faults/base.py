"""What a disruption is: it says whom it hits, acts, says when it is over, and is healed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from suites.infra.cluster.protocol import Cluster, Item
from suites.infra.node import NodeShell
from suites.infra.objects import selects
from suites.infra.watcher import Snapshot


@dataclass(frozen=True)
class Scene:
    """Where a disruption happens.

    Attributes:
        shell: opens a shell on a node; only for faults that need one.
        pods: the workload's pods before the disruption, all ready.
        before: the last look at the workload before the disruption.
    """

    cluster: Cluster
    shell: Callable[[], NodeShell]
    namespace: str
    workload: str
    pods: Sequence[Item]
    before: Snapshot


class Fault(ABC):
    """One disruption of one scene."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    @abstractmethod
    def hits(self) -> list[str]:
        """Names of the pods that it will end or stop; the guard counts them."""

    @abstractmethod
    def inject(self) -> None:
        """Acts. Raises SuiteError when it cannot."""

    def press(self, now: Snapshot) -> None:  # noqa: B027  most take one move
        """Called with every look while the disruption lasts, for what takes several moves."""

    @abstractmethod
    def over(self, seen: Sequence[Snapshot]) -> bool:
        """Whether its effect was seen and the workload is whole again. `seen` begins at the injection."""

    @abstractmethod
    def problems(self, seen: Sequence[Snapshot]) -> Mapping[str, list[str] | None]:
        """Check → what is wrong; None where the check could not be made. Asked when it is over, or time is up."""

    def heal(self) -> None:  # noqa: B027  a restart leaves nothing to heal
        """Takes back what does not go by itself. May be called whatever happened."""

    def served(self) -> list[str]:
        """Those of the hits to which the workload's Service led before."""
        return [name for name in self.hits() if name in self.scene.before.serving]

    def scope(self) -> str:
        """What exactly is hit, for the record."""
        return ", ".join(self.hits())


def budget_of(scene: Scene) -> Item | None:
    """The disruption budget of the workload's pods; None when it has none."""
    labels = scene.pods[0]["metadata"].get("labels", {})
    budgets = scene.cluster.list("PodDisruptionBudget", scene.namespace)
    return next((b for b in budgets if selects(b["spec"].get("selector"), labels)), None)


def too_few(budget: Item | None, seen: Sequence[Snapshot]) -> list[str]:
    """Moments with fewer healthy pods than the budget keeps."""
    if budget is None:
        return ["no disruption budget selects the pods"]
    kept = int(budget.get("status", {}).get("desiredHealthy", 0))
    low = min((one.healthy for one in seen), default=0)
    return [f"{low} healthy pods at one moment, the budget keeps {kept}"] if low < kept else []


def fell_below(wanted: int, seen: Sequence[Snapshot]) -> list[str]:
    """The worst moment, when fewer pods than wanted were ready."""
    worst = min(seen, key=lambda one: one.healthy, default=None)
    if worst is None:
        return ["the workload was not seen at all"]
    return [] if worst.healthy >= wanted else [f"{worst.healthy} of {wanted} pods were ready at {worst.t:.1f} s"]
