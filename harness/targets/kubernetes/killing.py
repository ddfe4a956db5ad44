"""The abrupt end of one container."""

from __future__ import annotations

from harness.model.errors import TargetError
from harness.targets.kubernetes.api import Object
from harness.targets.kubernetes.programs import output_of

_WITHIN = 15.0


def kill_pod(service: str, pod: Object) -> str:
    """SIGKILLs process 1 of the first container of a pod, on its node, and says what was hit. Raises TargetError."""
    node, name = pod["spec"]["nodeName"], pod["metadata"]["name"]
    status = pod["status"]["containerStatuses"][0]
    container = status.get("containerID", "").rpartition("/")[2]
    tasks = output_of(["docker", "exec", node, "ctr", "--namespace", "k8s.io", "tasks", "list"], within=_WITHIN)
    pids = [row.split()[1] for row in tasks.splitlines() if row.split() and row.split()[0] == container]
    if not container or not pids:
        raise TargetError(f"service {service}: container {status['name']} of pod {name} does not run", where=node)
    output_of(["docker", "exec", node, "kill", "-9", pids[0]], within=_WITHIN)
    return f"service {service}: SIGKILL to container {status['name']} of pod {name} (process {pids[0]} on {node})"
