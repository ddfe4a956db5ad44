"""The contract's system as manifests, which the kind target puts on a cluster."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Object = dict[str, Any]
ADDONS = Path(__file__).parents[3] / "deploy/kind/addons"  # metrics-server
NAMESPACE, NODE_PORT, PASSWORD = "fake-system", 30080, "fake"
_PORTS = {"postgresql": 5432, "valkey": 6379}
_KIND = """\
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
  - role: control-plane
    extraPortMappings: [{containerPort: 30080, hostPort: 30080, listenAddress: 127.0.0.1}]
"""


def cluster_of(folder: Path, services: Iterable[Object]) -> Object:
    """Writes manifests of these services under `folder`; returns what `cluster` of the system says of them."""
    place, described = folder / "deploy", list(services)
    (place / "overlay").mkdir(parents=True, exist_ok=True)
    (place / "cluster.yaml").write_text(_KIND)
    shutil.copytree(ADDONS, place / "addons", dirs_exist_ok=True)
    objects = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}]
    objects += [one for service in described for one in _manifests(service)]
    (place / "overlay/objects.yaml").write_text("\n---\n".join(map(json.dumps, objects)))
    kustomization = {
        "namespace": NAMESPACE,
        "resources": ["objects.yaml"],
        "configMapGenerator": [{"name": "public-addresses", "literals": ["OUTSIDE=nobody-said"]}],
    }
    (place / "overlay/kustomization.yaml").write_text(json.dumps(kustomization))
    return {
        "config": "deploy/cluster.yaml",
        "addons": ["deploy/addons"],
        "overlay": "deploy/overlay",
        "namespace": NAMESPACE,
        "addresses": {"configmap": "public-addresses", "values": {"OUTSIDE": "{api.public_url}"}},
        "workloads": [_workload(service) for service in described if service["role"] != "job"],
    }


def _workload(service: Object) -> Object:
    found: Object = {"service": service["name"], "name": service["name"]}
    if service.get("embedded") == "postgresql":
        return {**found, "forward": 5432, "url": f"postgresql://postgres:{PASSWORD}@{{address}}/fake_system"}
    if service.get("embedded") == "valkey":
        return {**found, "forward": 6379, "url": "redis://{address}/0"}
    return {**found, "node_port": NODE_PORT, "metrics_port": 8000} if service.get("endpoint") else found


def _manifests(service: Object) -> list[Object]:
    name, labels = service["name"], {"app": service["name"]}
    spec = {"terminationGracePeriodSeconds": 1, "containers": [_container(service)]}
    template = {"metadata": {"labels": labels}, "spec": spec}
    if service["role"] == "job":
        job = {"backoffLimit": 0, "template": {**template, "spec": {**spec, "restartPolicy": "Never"}}}
        return [{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name}, "spec": job}]
    deployment = {"selector": {"matchLabels": labels}, "template": template}
    found: list[Object] = [
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": deployment}
    ]
    if port := _PORTS.get(service.get("embedded", "")):
        ports: Object = {"ports": [{"port": port}]}
    elif service.get("endpoint"):
        ports = {"type": "NodePort", "ports": [{"port": 80, "targetPort": 8000, "nodePort": NODE_PORT}]}
    else:
        return found
    return [*found, {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name},
                     "spec": {"selector": labels, **ports}}]  # fmt: skip


def _container(service: Object) -> Object:
    found: Object = {"name": service["name"], "image": service["image"]}
    if service.get("embedded") == "postgresql":
        # over TCP: while the database is being made the server listens on its socket only
        probe: Object = {"exec": {"command": ["pg_isready", "-q", "-h", "127.0.0.1", "-U", "postgres"]}}
        env = [{"name": "POSTGRES_PASSWORD", "value": PASSWORD}, {"name": "POSTGRES_DB", "value": "fake_system"}]
        return {**found, "env": env, "readinessProbe": {**probe, "periodSeconds": 1}}
    if service.get("embedded") == "valkey":
        return {**found, "readinessProbe": {"tcpSocket": {"port": 6379}, "periodSeconds": 1}}
    values = {"{host}": "0.0.0.0", "{port}": "8000"}  # noqa: S104  of a pod
    inside = f"postgresql://postgres:{PASSWORD}@database:5432/fake_system"
    found |= {
        "command": [values.get(word, word) for word in service["command"]],
        "env": [{"name": "INSIDE", "value": inside}],
        "envFrom": [{"configMapRef": {"name": "public-addresses"}}],
    }
    if service["role"] != "job" and service.get("endpoint"):
        found["readinessProbe"] = {"httpGet": {"path": "/ready", "port": 8000}, "periodSeconds": 1}
    return found
