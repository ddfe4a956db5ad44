"""What is kept of a cluster when a run ends: logs, events, the state of everything, what was applied."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from harness.model.errors import LaunchgateError
from harness.model.system import System
from harness.targets.kubernetes import clusters
from harness.targets.kubernetes.api import Api, Object
from harness.targets.kubernetes.programs import output_of
from harness.targets.kubernetes.trouble import owner_of, seen_at
from harness.targets.kubernetes.watching import is_ready

_LOG_BYTES = 20_000_000
_NODE_LINES = "2000"
_SECRET_DATA = re.compile(r"^((?:stringData|data):\n)(?: .*\n)+", re.MULTILINE)
_STATE = {
    "nodes": "/api/v1/nodes",
    "deployments": "/apis/apps/v1/namespaces/{}/deployments",
    "statefulsets": "/apis/apps/v1/namespaces/{}/statefulsets",
    "jobs": "/apis/batch/v1/namespaces/{}/jobs",
    "services": "/api/v1/namespaces/{}/services",
    "horizontalpodautoscalers": "/apis/autoscaling/v2/namespaces/{}/horizontalpodautoscalers",
    "networkpolicies": "/apis/networking.k8s.io/v1/namespaces/{}/networkpolicies",
}


def leave_cluster(into: Path, system: System, api: Api | None, cluster: str, faults: Mapping[str, str]) -> None:
    """Leaves everything that can still be had; what could not is named in `services.json`. Never raises for it."""
    assert system.cluster is not None  # noqa: S101  the target checked it
    into.mkdir(parents=True, exist_ok=True)
    missing: dict[str, str] = dict(faults)
    pods: list[Object] = []

    def attempt(name: str, work: Callable[[], object]) -> None:
        try:
            work()
        except (LaunchgateError, OSError) as error:
            missing[name] = error.what if isinstance(error, LaunchgateError) else str(error)

    if api is not None:
        namespace = system.cluster.namespace
        attempt("pods", lambda: pods.extend(_pods(api, namespace)))
        _write(into / "pods.json", pods)
        attempt("events", lambda: _events(api, into / "events.log"))
        for name, path in _STATE.items():
            attempt(name, partial(_list, api, path.format(namespace), into / f"{name}.json"))
        with ThreadPoolExecutor(8) as threads:
            list(
                threads.map(
                    lambda pod: attempt(f"log of {pod['metadata']['name']}", lambda: _logs(api, into, pod)), pods
                )
            )
        for workload in system.cluster.workloads:
            owner = f"{workload.kind} {workload.name}"
            attempt(f"log of {workload.service}", partial(_service_log, into, workload.service, owner, pods))
    attempt("node logs", lambda: _node_logs(into, cluster, bool(pods)))
    rows = [_row(system, service.name, service.role, pods) for service in system.services]
    _write(into / "services.json", {"services": rows, "sampling_faults": missing})


def leave_manifests(into: Path, applied: Sequence[Path]) -> None:
    """What was applied, without what Secrets hold."""
    into.mkdir(parents=True, exist_ok=True)
    for file in applied:
        parts = file.read_text().split("\n---\n")
        (into / file.name).write_text("\n---\n".join(map(_without_secrets, parts)))


def _without_secrets(manifest: str) -> str:
    is_secret = "\nkind: Secret\n" in f"\n{manifest}\n"
    return _SECRET_DATA.sub(r"\1# left out of the evidence\n", f"{manifest}\n").rstrip("\n") if is_secret else manifest


def _list(api: Api, path: str, file: Path) -> None:
    _write(file, _clean(api.items(path)))


def _pods(api: Api, namespace: str) -> list[Object]:
    return _clean(api.items(f"/api/v1/namespaces/{namespace}/pods"))


def _clean(items: list[Object]) -> list[Object]:
    """Without the book-keeping of field owners, which is most of the bytes."""
    for item in items:
        item["metadata"].pop("managedFields", None)
    return items


def _events(api: Api, file: Path) -> None:
    lines = [
        f"{seen_at(e).isoformat()} {e.get('type')} {e['involvedObject'].get('kind')}/{e['involvedObject'].get('name')}"
        f" {e.get('reason')}: {e.get('message', '')}"
        for e in sorted(api.items("/api/v1/events"), key=seen_at)
    ]
    file.write_text("\n".join(lines) + "\n")


def _logs(api: Api, into: Path, pod: Object) -> None:
    """Of every container, and of the one before it where it was started again."""
    name, status = pod["metadata"]["name"], pod.get("status") or {}
    for container in (status.get("initContainerStatuses") or []) + (status.get("containerStatuses") or []):
        for previous in (False, True) if container.get("restartCount") else (False,):
            path = f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{name}/log"
            query = {
                "container": container["name"],
                "limitBytes": str(_LOG_BYTES),
                "previous": str(previous).lower(),
                "timestamps": "true",
            }
            text = api.text(path, 30.0, query)
            ending = ".previous.log" if previous else ".log"
            (into / f"{name}.{container['name']}{ending}").write_text(text)


def _service_log(into: Path, service: str, owner: str, pods: list[Object]) -> None:
    """The logs of all pods of a service as one, in the order of time; every line begins with its time."""
    files = [f for pod in pods if owner_of(pod) == owner for f in sorted(into.glob(f"{pod['metadata']['name']}.*.log"))]
    lines = [line for file in files for line in file.read_text().splitlines(keepends=True)]
    if files:
        (into / f"{service}.log").write_text("".join(sorted(lines, key=lambda line: line.partition(" ")[0])))


def _node_logs(into: Path, cluster: str, answered: bool) -> None:
    """Only where the pods could not be asked: then the nodes are what there is."""
    for node in clusters.nodes(cluster) if not answered else ():
        text = output_of(["docker", "logs", "--tail", _NODE_LINES, node], within=30)
        (into / f"node-{node}.log").write_text(text)


def _row(system: System, service: str, role: str, pods: list[Object]) -> Object:
    assert system.cluster is not None  # noqa: S101  the target checked it
    workload = next((w for w in system.cluster.workloads if w.service == service), None)
    mine = [p for p in pods if workload and owner_of(p) == f"{workload.kind} {workload.name}"]
    state = "running" if any(map(is_ready, mine)) else "not ready" if mine else "no pod"
    row: Object = {"name": service, "role": role, "state": state if workload else "not looked at"}
    row["pods"] = [{"name": p["metadata"]["name"], "ready": is_ready(p), "restarts": _restarts(p)} for p in mine]
    return row


def _restarts(pod: Object) -> int:
    return sum(c.get("restartCount", 0) for c in (pod.get("status") or {}).get("containerStatuses") or [])


def _write(file: Path, document: object) -> None:
    file.write_text(json.dumps(document, indent=1) + "\n")
