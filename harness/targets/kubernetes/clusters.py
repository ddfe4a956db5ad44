"""kind clusters: made, looked at, deleted."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from harness.model.errors import TargetError
from harness.ports.processes import ProcessSpawner
from harness.targets.kubernetes import deletion
from harness.targets.kubernetes.api import Api, ApiError
from harness.targets.kubernetes.creation import creation_failed
from harness.targets.kubernetes.kind_config import with_free_ports
from harness.targets.kubernetes.programs import output_of
from harness.targets.readiness import log_of

CREATE_WITHIN = 420.0
_HALF_MADE = 5.0
_ATTEMPTS = 3
_ANSWERS_WITHIN = 20.0
_PORT_TAKEN = re.compile(r"port is already allocated|address already in use|ports are not available", re.IGNORECASE)


def nodes(name: str) -> dict[str, str]:
    """Node → state of its container (`running`, `paused`, `exited` …); empty when there is no such cluster."""
    said = output_of(
        ["docker", "ps", "--all", "--filter", f"label={deletion.LABEL}={name}", "--format", "{{.Names}}\t{{.State}}"],
        within=30,
    )
    return dict(line.split("\t") for line in said.splitlines())


def host_ports(name: str) -> dict[int, int]:
    """Node port → port of 127.0.0.1, as they were chosen when the cluster was made."""
    ports: dict[int, int] = {}
    for described in json.loads(output_of(["docker", "inspect", *nodes(name)], within=30)):
        for inner, outer in (described["HostConfig"]["PortBindings"] or {}).items():
            ports[int(inner.partition("/")[0])] = int(outer[0]["HostPort"])
    return ports


def create(
    spawner: ProcessSpawner,
    name: str,
    config: dict[str, Any],
    folder: Path,
    kubeconfig: Path,
    said: Callable[[str], None],
    logs: Path,
) -> dict[int, int]:
    """Makes a cluster and returns node port → host port. What a failed attempt left is deleted.

    Before anything is made, `spawner` knows how to delete it; the caller settles that.
    """
    undo = [sys.executable, "-I", str(deletion.__file__), name, str(kubeconfig), str(_HALF_MADE)]
    spawner.if_killed(name, undo)
    for attempt in range(1, _ATTEMPTS + 1):
        text, ports = with_free_ports(config)
        written = folder / "kind.yaml"
        written.write_text(text)
        argv = ["kind", "create", "cluster", "--name", name, "--config", str(written), "--kubeconfig", str(kubeconfig)]
        argv.append("--retain")  # a failed one is looked at before it is deleted
        handle = spawner.spawn(argv, name="kind-create", log=logs / "kind-create.log")
        try:
            code = handle.wait(CREATE_WITHIN)
        finally:
            handle.kill()  # also when the run is told to stop: it would go on making nodes
        if code == 0:
            return ports
        failed = creation_failed(handle, code, _kubelet_logs(name, logs))
        delete(name, kubeconfig, half_made=True)
        if not _PORT_TAKEN.search(log_of(handle)) or attempt == _ATTEMPTS:
            raise failed
        said("a port was taken by another program in between; trying with others")
    raise AssertionError("unreachable")


def delete(name: str, kubeconfig: Path, half_made: bool = False) -> None:
    """Deletes a cluster. Raises TargetError when some of it stays."""
    try:
        said = deletion.delete(name, kubeconfig, _HALF_MADE if half_made else 0.0)
    except (OSError, subprocess.SubprocessError) as error:
        said = str(error)
    if said:
        raise TargetError(said, advice=f"kind delete cluster --name {name}")


def export_kubeconfig(name: str, kubeconfig: Path) -> None:
    """Writes the kubeconfig of a cluster that is there."""
    text = output_of(["kind", "get", "kubeconfig", "--name", name], within=30)
    kubeconfig.parent.mkdir(parents=True, exist_ok=True)
    kubeconfig.touch(mode=0o600)
    kubeconfig.write_text(text)


def complaint(name: str, kubeconfig: Path, expected: int) -> str:
    """Why an existing cluster cannot be used; empty when it can. A cordon that somebody left is taken off.

    Args:
        expected: how many nodes its configuration has.
    """
    states = nodes(name)
    if len(states) != expected:
        return f"{len(states)} of {expected} nodes are there"
    stopped = [f"node {node} is {state}" for node, state in states.items() if state != "running"]
    if stopped:
        return ", ".join(stopped)
    try:
        export_kubeconfig(name, kubeconfig)
    except TargetError as error:
        return error.what.splitlines()[0]
    api = Api(kubeconfig)
    deadline = time.monotonic() + _ANSWERS_WITHIN
    try:
        while True:
            try:
                said = _not_ready(api)
            except ApiError as error:
                said = error.what
            if not said or time.monotonic() > deadline:
                return said
            threading.Event().wait(0.5)
    finally:
        api.close()


def _not_ready(api: Api) -> str:
    found = api.items("/api/v1/nodes", 5.0)
    for node in found:
        if node["spec"].get("unschedulable"):
            api.patch(f"/api/v1/nodes/{node['metadata']['name']}", {"spec": {"unschedulable": None}})
    bad = [n["metadata"]["name"] for n in found if not _is_ready(n)]
    return f"not ready: {', '.join(bad)}" if bad else ""


def _is_ready(node: dict[str, Any]) -> bool:
    return any(c["type"] == "Ready" and c["status"] == "True" for c in node["status"].get("conditions", []))


def _kubelet_logs(name: str, logs: Path) -> str:
    """What the kubelets of a half-made cluster said last, also kept as a file each."""
    texts: list[str] = []
    with contextlib.suppress(TargetError):
        for node in nodes(name):
            with contextlib.suppress(TargetError):
                argv = ["docker", "exec", node, "journalctl", "--unit", "kubelet", "--lines", "300", "--no-pager"]
                texts.append(output_of(argv, within=20))
                (logs / f"kubelet-{node}.log").write_text(texts[-1])
    return "\n".join(texts)
