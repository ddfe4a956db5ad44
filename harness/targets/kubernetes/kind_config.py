"""The project's kind configuration, with host ports of our own choosing: many runs share a machine."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from harness.model.errors import TargetError
from harness.model.system import Cluster
from harness.targets.ports import HOST, free_ports


def read_config(path: Path) -> dict[str, Any]:
    """The configuration as it stands in the project. Raises TargetError."""
    try:
        document = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (OSError, YAMLError) as error:
        raise TargetError(f"the kind configuration cannot be read: {error}", where=str(path)) from error
    if not isinstance(document, dict) or document.get("kind") != "Cluster":
        raise TargetError("this is no kind configuration (`kind: Cluster`)", where=str(path))
    return document


def check_ports(cluster: Cluster, config: dict[str, Any]) -> None:
    """Raises TargetError for a node_port that the configuration does not publish: nobody could reach it."""
    published = {mapping["containerPort"] for mapping in _mappings(config)}
    for workload in cluster.workloads:
        if workload.node_port is not None and workload.node_port not in published:
            raise TargetError(
                f"node_port {workload.node_port} of {workload.service} is not published",
                where=cluster.config,
                advice="add it to extraPortMappings of a node",
            )


def with_free_ports(
    config: dict[str, Any], choose: Callable[[int], list[int]] = free_ports
) -> tuple[str, dict[int, int]]:
    """The configuration to create a cluster from (JSON, which kind reads as YAML), and node port → host port."""
    config = json.loads(json.dumps(config))
    mappings = list(_mappings(config))
    ports: dict[int, int] = {}
    for mapping, port in zip(mappings, choose(len(mappings)), strict=True):
        mapping |= {"hostPort": port, "listenAddress": HOST}
        ports[mapping["containerPort"]] = port
    return json.dumps(config, indent=1), ports


def _mappings(config: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for node in config.get("nodes") or []:
        yield from node.get("extraPortMappings") or []
