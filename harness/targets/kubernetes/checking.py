"""What must be there before a cluster is worth making."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.model.errors import TargetError
from harness.model.system import Cluster, System
from harness.ports.target import TargetOrder
from harness.targets.docker_engine import check_here, connect
from harness.targets.kubernetes.kind_config import check_ports, read_config
from harness.targets.kubernetes.programs import require
from harness.targets.kubernetes.render import kustomize


def cluster_of(system: System) -> Cluster:
    """How the system is put on a cluster. Raises TargetError when nobody has said so."""
    if system.cluster is None:
        raise TargetError(
            f"system {system.name} does not say how it is put on a cluster",
            advice="describe it under `cluster` in system.yaml, or choose --target process",
        )
    return system.cluster


def check(order: TargetOrder) -> tuple[Cluster, dict[str, Any]]:
    """The cluster's description and its kind configuration. Raises TargetError with what brings what is missing."""
    cluster = cluster_of(order.system)
    require("docker", "kind", "kubectl")
    connect(timeout=15).close()
    check_here()
    for folder in (cluster.overlay, *cluster.addons):
        _require_kustomization(order.sources / folder)
        kustomize(order.sources / folder)
    config = read_config(order.sources / cluster.config)
    check_ports(cluster, config)
    known = {service.name for service in order.system.services}
    for workload in cluster.workloads:
        if workload.service not in known:
            raise TargetError(
                f"cluster.workloads names service {workload.service}, which the system does not have",
                advice=f"its services are {', '.join(sorted(known))}",
            )
    return cluster, config


def _require_kustomization(folder: Path) -> None:
    if not any((folder / name).is_file() for name in ("kustomization.yaml", "kustomization.yml", "Kustomization")):
        raise TargetError(
            "there is no kustomization here", where=str(folder), advice="correct `cluster` in system.yaml"
        )
