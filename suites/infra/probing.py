"""Looks at the processes from inside their containers: who they are, what they can write, what they hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from suites.infra.cluster.protocol import Cluster, ClusterError
from suites.infra.emit import Speaker
from suites.infra.metrics import PROCESS_CHECKS
from suites.infra.required import APPLICATIONS
from suites.infra.steps.opening import pods_of, ready

_WITHIN = 15.0  # seconds for the look at one container
# Runs in the container: facts alone, judged here. `first` is the process that was started as the container's own.
PROBE = """
import json, os
status = dict(line.split(":", 1) for line in open("/proc/1/status") if ":" in line)
def writes(folder):
    path = folder + "/launchgate-probe"
    try:
        with open(path, "w") as file: file.write("x")
        os.unlink(path)
        return True
    except OSError:
        return False
root = [line.split()[3].split(",") for line in open("/proc/mounts") if line.split()[1] == "/"][-1]
print(json.dumps({
    "root": "ro" if "ro" in root else "rw",
    "uids": status["Uid"].split(), "gids": status["Gid"].split(), "capabilities": status["CapEff"].strip(),
    "no_new_privileges": status.get("NoNewPrivs", "").strip(), "seccomp": status.get("Seccomp", "").strip(),
    "writes": {folder: writes(folder) for folder in ("", "/app", "/etc", "/tmp")},
    "token": os.path.exists("/var/run/secrets/kubernetes.io/serviceaccount/token"),
}))
"""


def _non_root(facts: dict[str, Any]) -> list[str]:
    found = []
    if "0" in facts["uids"] or "0" in facts["gids"]:
        found.append(f"process 1 runs as {facts['uids'][1]}:{facts['gids'][1]}")
    if int(facts["capabilities"], 16):
        found.append(f"process 1 has capabilities {facts['capabilities']}")
    if facts["no_new_privileges"] != "1":
        found.append("process 1 may gain privileges")
    if facts["seccomp"] == "0":
        found.append("its system calls are not filtered")
    return found


def _read_only(facts: dict[str, Any]) -> list[str]:
    written = [folder or "/" for folder, done in facts["writes"].items() if done and folder != "/tmp"]  # noqa: S108
    found = [f"a file could be written to {', '.join(written)}"] if written else []
    return found + ([] if facts["root"] == "ro" else ["its root file system is not read-only"])


def _no_token(facts: dict[str, Any]) -> list[str]:
    return ["a service account token is mounted"] if facts["token"] else []


_JUDGES: dict[str, Callable[[dict[str, Any]], list[str]]] = dict(
    zip(PROCESS_CHECKS, (_non_root, _read_only, _no_token), strict=True)
)


def probe_processes(cluster: Cluster, namespace: str, speaker: Speaker) -> None:
    """One look into every ready pod of the shop; a pod that cannot be looked into breaks the checks."""
    facts: dict[str, dict[str, Any]] = {}
    troubles: list[str] = []
    pods = [pod for name in APPLICATIONS for pod in pods_of(cluster, namespace, name) if ready(pod)]
    for pod in pods:
        name = pod["metadata"]["name"]
        try:
            ran = cluster.execute(namespace, name, ["python", "-c", PROBE], _WITHIN)
            facts[name] = json.loads(ran.output)
        except (ClusterError, ValueError) as error:
            troubles.append(f"{name}: {error}")
    evidence = speaker.keep("processes.json", {"facts": facts, "troubles": troubles})
    for check, judge in _JUDGES.items():
        problems = [f"{name}: {said}" for name, one in facts.items() for said in judge(one)]
        if troubles or not pods:
            speaker.broke(check, "; ".join(troubles) or "there is no ready pod to look into", [evidence])
        else:
            speaker.check(check, problems, [evidence])
    speaker.receipt("processes", "pods", len(pods), len(facts), troubles)
