"""The kind configuration: host ports are ours, what nobody could reach is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.model.errors import TargetError
from harness.targets.kubernetes.kind_config import check_ports, read_config, with_free_ports
from tests.targets.kubernetes.fake.fakes import FAKE, small_system

TWO = {
    "kind": "Cluster",
    "nodes": [
        {"role": "control-plane", "extraPortMappings": [{"containerPort": 30080, "hostPort": 30080}]},
        {"role": "worker", "extraPortMappings": [{"containerPort": 30081, "listenAddress": "0.0.0.0"}]},  # noqa: S104
        {"role": "worker"},
    ],
}


def test_every_host_port_is_replaced_and_only_this_machine_is_listened_to() -> None:
    text, ports = with_free_ports(TWO, lambda count: list(range(50000, 50000 + count)))
    assert ports == {30080: 50000, 30081: 50001}
    mappings = [m for node in json.loads(text)["nodes"] for m in node.get("extraPortMappings", [])]
    assert [(m["hostPort"], m["listenAddress"]) for m in mappings] == [(50000, "127.0.0.1"), (50001, "127.0.0.1")]
    assert TWO["nodes"][0]["extraPortMappings"][0]["hostPort"] == 30080  # type: ignore[index]


def test_a_node_port_that_is_not_published_is_refused() -> None:
    cluster = small_system().cluster
    assert cluster is not None
    check_ports(cluster, read_config(FAKE / "cluster.yaml"))
    with pytest.raises(TargetError, match="node_port 30080 of api is not published"):
        check_ports(cluster, {"kind": "Cluster", "nodes": [{"role": "control-plane"}]})


@pytest.mark.parametrize("text", [None, "kind: [", "kind: Deployment", "just words"])
def test_what_is_no_configuration_is_said(text: str | None, tmp_path: Path) -> None:
    file = tmp_path / "cluster.yaml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(TargetError) as failed:
        read_config(file)
    assert str(file) in failed.value.diagnostics()
