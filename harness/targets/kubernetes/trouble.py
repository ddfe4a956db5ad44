"""What keeps a rollout from ever getting ready, seen in the objects of the API. Pure: it asks nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from harness.targets.kubernetes.api import Object

_SOON, _QUOTA, _SCHEDULING = 5.0, 15.0, 60.0
_CRASHES = 2
# waiting reason → what to do about it
_HOPELESS = {
    "ErrImageNeverPull": "build the image, or correct its name; it is not on the node and may not be pulled",
    "ImagePullBackOff": "build the image, or correct its name; neither the local Docker nor its registry has it",
    "InvalidImageName": "correct the name of the image",
    "CreateContainerConfigError": "create the ConfigMap or Secret that it names, or correct the key",
    "CreateContainerError": "read its events; often the command does not exist, or a mount is wrong",
    "RunContainerError": "read its events; often the command does not exist in the image",
}


@dataclass(frozen=True)
class Trouble:
    """A reason to stop waiting, once it has lasted `patience` seconds.

    Attributes:
        owner: `Deployment calendar-api`.
        pod: its name; empty where none could be made.
        container: the one concerned; empty where it is the pod.
    """

    owner: str
    namespace: str
    pod: str
    container: str
    reason: str
    detail: str
    advice: str
    patience: float = _SOON


def owner_of(pod: Object) -> str:
    """`Deployment api` for a pod of one of its ReplicaSets, otherwise its direct owner, or itself."""
    metadata = pod["metadata"]
    for reference in metadata.get("ownerReferences") or []:
        if reference.get("controller"):
            suffix = f"-{(metadata.get('labels') or {}).get('pod-template-hash', '')}"
            if reference["kind"] == "ReplicaSet":
                return f"Deployment {reference['name'].removesuffix(suffix)}"
            return f"{reference['kind']} {reference['name']}"
    return f"Pod {metadata['name']}"


def of_pod(pod: Object) -> Iterator[Trouble]:
    """Waiting for what does not come, crashing again and again, no node that takes it."""
    metadata, status = pod["metadata"], pod.get("status") or {}
    if metadata.get("deletionTimestamp"):
        return
    place = (owner_of(pod), metadata["namespace"], metadata["name"])
    for container in (status.get("initContainerStatuses") or []) + (status.get("containerStatuses") or []):
        waiting = (container.get("state") or {}).get("waiting") or {}
        reason, told = waiting.get("reason", ""), waiting.get("message", "")
        if reason in _HOPELESS:
            yield Trouble(*place, container["name"], reason, told, _HOPELESS[reason])
        if reason == "CrashLoopBackOff" and container["restartCount"] >= _CRASHES:
            ended = (container.get("lastState") or {}).get("terminated") or {}
            how = f"{container['restartCount']} restarts, the last end: {ended.get('reason')} ({ended.get('exitCode')})"
            yield Trouble(*place, container["name"], reason, how, "its log says why it ends", 0.0)
    for condition in status.get("conditions") or []:
        if condition["type"] == "PodScheduled" and condition.get("reason") == "Unschedulable":
            advice = "give the cluster more nodes, or let the pod ask for less"
            yield Trouble(*place, "", "Unschedulable", condition.get("message", ""), advice, _SCHEDULING)


def of_owner(owner: Object) -> Iterator[Trouble]:
    """A Job that failed, a Deployment that may not make its pods."""
    for condition in (owner.get("status") or {}).get("conditions") or []:
        if condition["status"] != "True":
            continue
        if owner["kind"] == "Job" and condition["type"] == "Failed":
            told = f"{condition.get('reason', '')}: {condition.get('message', '')}"
            yield _of_owner(owner, "JobFailed", told, 0.0)
        if condition["type"] == "ReplicaFailure":
            yield _of_owner(owner, str(condition.get("reason")), condition.get("message", ""), _QUOTA)


def of_events(owner: Object, events: Iterable[Object], since: datetime) -> Iterator[Trouble]:
    """Pods that could not be made: StatefulSets and Jobs say so in no condition."""
    name = owner["metadata"]["name"]
    if not _lacks_pods(owner):
        return  # what failed at first came in the end
    for event in events:
        about = event["involvedObject"]
        mine = about.get("kind") == owner["kind"] and about.get("name") == name
        if mine and event.get("reason") == "FailedCreate" and seen_at(event) >= since:
            yield _of_owner(owner, "FailedCreate", event.get("message", ""), _QUOTA)


def _lacks_pods(owner: Object) -> bool:
    status = owner.get("status") or {}
    if owner["kind"] == "Job":
        return not (status.get("active") or status.get("succeeded"))
    if owner["kind"] == "DaemonSet":
        return bool(status.get("currentNumberScheduled", 0) < status.get("desiredNumberScheduled", 0))
    return bool(status.get("replicas", 0) < owner["spec"].get("replicas", 1))


def seen_at(event: Object) -> datetime:
    """When an event last happened."""
    text = event.get("lastTimestamp") or event.get("eventTime") or event["metadata"]["creationTimestamp"]
    return datetime.fromisoformat(text).astimezone(UTC)


def _of_owner(owner: Object, reason: str, told: str, patience: float) -> Trouble:
    advice = "its log says why it ended" if owner["kind"] == "Job" and reason == "JobFailed" else ""
    if "quota" in told:
        advice = "raise the ResourceQuota of the namespace, or let the pods ask for less"
    metadata = owner["metadata"]
    place = (f"{owner['kind']} {metadata['name']}", metadata["namespace"], "", "")
    return Trouble(*place, reason, told, advice or "the message says what the cluster refused", patience)
