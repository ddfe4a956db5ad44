"""A failed rollout in words: which pod, why, its last events, the end of its log."""

from __future__ import annotations

from collections.abc import Sequence

from harness.model.errors import TargetError
from harness.targets.kubernetes.api import Api, ApiError, Object
from harness.targets.kubernetes.creation import MORE_FILES, TOO_MANY_FILES
from harness.targets.kubernetes.snapshot import Snapshot
from harness.targets.kubernetes.trouble import Trouble, owner_of, seen_at
from harness.targets.readiness import tail

_EVENTS, _LINES = 6, 15


def failure(api: Api, found: Trouble) -> TargetError:
    """What to raise for a trouble. A Job that failed is told with its last pod."""
    pod, container = found.pod, found.container
    if not pod and found.reason == "JobFailed":
        pod = _last_pod(api, found)
    about = pod or found.owner.partition(" ")[2]
    where = f"pod {pod}" + (f", container {container}" if container else "") if pod else "it has no pod"
    parts = [f"{found.owner} does not get ready: {where}: {found.reason}: {found.detail}".rstrip(": ")]
    parts += _events(api, found.namespace, about)
    if pod:
        parts += _log(api, found.namespace, pod, container)
    told = "\n".join(parts)
    return TargetError(told, advice=MORE_FILES if TOO_MANY_FILES in told else found.advice)


def too_late(api: Api, snapshot: Snapshot, waiting: Sequence[str], within: float) -> TargetError:
    """What to raise when time is up: told with the first pod that is not ready."""
    parts = [f"not ready within {within:g} s: {', '.join(waiting)}"]
    for pod in snapshot.current_pods():
        if owner_of(pod) in waiting:
            namespace, name = pod["metadata"]["namespace"], pod["metadata"]["name"]
            parts.append(f"pod {name} is {pod['status'].get('phase')}: {_conditions(pod)}")
            parts += _events(api, namespace, name) + _log(api, namespace, name, _not_ready(pod))
            break
    return TargetError("\n".join(parts), advice="the evidence of the run holds every log and event")


def _last_pod(api: Api, found: Trouble) -> str:
    path = f"/api/v1/namespaces/{found.namespace}/pods"
    try:
        pods = api.items(path, labelSelector=f"job-name={found.owner.partition(' ')[2]}")
    except ApiError:
        return ""
    return str(max(pods, key=lambda p: str(p["metadata"]["creationTimestamp"]))["metadata"]["name"]) if pods else ""


def _events(api: Api, namespace: str, name: str) -> list[str]:
    try:
        found = api.items(f"/api/v1/namespaces/{namespace}/events", fieldSelector=f"involvedObject.name={name}")
    except ApiError as error:
        return [f"its events could not be read: {error.what}"]
    lines = [f"  | {e.get('type')} {e.get('reason')}: {e.get('message', '')}" for e in sorted(found, key=seen_at)]
    return ["its last events:", *lines[-_EVENTS:]] if lines else ["it has no events"]


def _log(api: Api, namespace: str, pod: str, container: str) -> list[str]:
    """Of the container that ended if there is one: it knows why."""
    for previous in ("true", "false"):
        query = {"previous": previous, "tailLines": str(_LINES), **({"container": container} if container else {})}
        try:
            text = api.text(f"/api/v1/namespaces/{namespace}/pods/{pod}/log", query=query)
        except ApiError:
            continue
        if text.strip():
            return ["the end of its log:", *(f"  | {line}" for line in tail(text, _LINES).splitlines())]
    return ["it has no log"]


def _conditions(pod: Object) -> str:
    bad = [c for c in pod["status"].get("conditions") or [] if c["status"] != "True"]
    return "; ".join(f"{c['type']}: {c.get('message') or c.get('reason') or c['status']}" for c in bad)


def _not_ready(pod: Object) -> str:
    statuses = (pod["status"].get("initContainerStatuses") or []) + (pod["status"].get("containerStatuses") or [])
    names = [s["name"] for s in statuses if not s.get("ready")]
    return names[0] if names else ""
