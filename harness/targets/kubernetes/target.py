"""The kind target: the whole system on a Kubernetes cluster of its own, made by kind in the local Docker.

    up:    check → cluster, while the images are built → images into the nodes → addons and overlay applied → ready
    down:  port-forwards ended → the cluster deleted, unless it is to be kept

What is put on the cluster stands in `cluster` of system.yaml; nothing here knows the system. Importing this is cheap.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from harness.model.errors import LaunchgateError, TargetError
from harness.model.observation import Measurement
from harness.ports.processes import ProcessSpawner
from harness.ports.target import TargetOrder
from harness.targets.kubernetes.stopwatch import Stopwatch

if TYPE_CHECKING:
    from harness.targets.kubernetes.session import Session

CAPABILITIES = frozenset({"http", "database", "queue", "storage", "sample", "kill", "cluster", "keep"})


class KindTarget:
    """Implements `Target`, `Sampled`, `Killable`, `Accessible` and `Timed` of `harness.ports.target`."""

    name = "kind"
    capabilities = CAPABILITIES

    def __init__(self, spawner: ProcessSpawner) -> None:
        self._spawner = spawner
        self._session: Session | None = None
        self._watch = Stopwatch()

    def up(self, order: TargetOrder) -> Mapping[str, str]:
        """Brings the system up. Raises TargetError that says what is in the way; nothing of this run is left then."""
        # imported here, so that a list of targets does not wait for the clients of Docker and Kubernetes
        from harness.targets.kubernetes.session import Session

        if self._session is not None and self._session.up:
            raise TargetError("the kind target is up already", advice="take it down first")
        self._watch = Stopwatch()
        session = self._session = Session(self._spawner, order)
        try:
            return session.bring_up(self._watch)
        except BaseException:
            with contextlib.suppress(LaunchgateError, OSError):  # what went wrong first is what counts
                session.collect(order.logs)
            with contextlib.suppress(LaunchgateError):  # the keeper tries again
                session.end()
            raise

    def alive(self) -> Sequence[str]:
        """Names of services without a ready pod for longer than the grace, or whose nodes are gone."""
        return self._session.dead() if self._session else []

    def collect(self, into: Path) -> None:
        """Leaves logs, events and the state of everything in `into`; also of a cluster that is half made."""
        if self._session is not None:
            self._session.collect(into)

    def down(self) -> None:
        """Deletes the cluster unless it is to be kept. May be called twice, and after a failed `up`."""
        if self._session is not None:
            self._session.end()

    def kill(self, service: str) -> str:
        """SIGKILLs one container of a service and returns what was hit. Raises TargetError."""
        if self._session is None:
            raise TargetError(f"there is no service {service} to kill: the target is not up")
        return self._session.kill(service)

    def sample(self, scenario: str, t: float) -> Sequence[Measurement]:
        """CPU, memory, database connections and the system's own signals. A fault of one yields nothing for it."""
        return self._session.sample(scenario, t) if self._session else []

    def access(self) -> Mapping[str, str]:
        """`kubeconfig`, `context`, `namespace`, `overlay` (the manifests that were applied) and `node_shell`."""
        return self._session.access() if self._session else {}

    @staticmethod
    def kept() -> str:
        """Name of the kept cluster; empty when there is none."""
        from harness.targets.kubernetes import keeping

        return keeping.kept_cluster()

    @staticmethod
    def end_kept() -> str:
        """Deletes the kept cluster and says so; empty when there is none. Raises TargetError while a run uses it."""
        from harness.targets.kubernetes import keeping

        return keeping.end_kept()

    def phases(self) -> Mapping[str, float]:
        """Phase of the last `up` → seconds."""
        return self._watch.phases
