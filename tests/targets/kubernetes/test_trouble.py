"""What is hopeless is told apart from what only takes its time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from harness.targets.kubernetes import trouble
from tests.targets.kubernetes.fake.fakes import pod

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def container(reason: str, restarts: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "name": "server",
        "restartCount": restarts,
        "state": {"waiting": {"reason": reason, "message": "m"}},
        **more,
    }


@pytest.mark.parametrize(
    ("reason", "restarts", "hopeless"),
    [
        ("ImagePullBackOff", 0, True),
        ("ErrImageNeverPull", 0, True),
        ("CreateContainerConfigError", 0, True),
        ("CrashLoopBackOff", 2, True),
        ("CrashLoopBackOff", 1, False),
        ("ErrImagePull", 0, False),
        ("ContainerCreating", 0, False),
        ("PodInitializing", 0, False),
    ],
)
@pytest.mark.parametrize("place", ["containerStatuses", "initContainerStatuses"])
def test_waiting_containers(reason: str, restarts: int, hopeless: bool, place: str) -> None:
    found = list(trouble.of_pod(pod(**{place: [container(reason, restarts)]})))
    assert [(t.owner, t.pod, t.container, t.reason) for t in found] == (
        [("Deployment fake-api", "api-1", "server", reason)] if hopeless else []
    )
    assert all(t.advice for t in found)


def test_a_pod_that_is_on_its_way_out_is_no_trouble() -> None:
    leaving = pod(containerStatuses=[container("CrashLoopBackOff", 9)])
    leaving["metadata"]["deletionTimestamp"] = "2026-11-23T08:00:00Z"
    assert list(trouble.of_pod(leaving)) == []


def test_a_crash_is_told_with_how_it_ended() -> None:
    ended = {"terminated": {"reason": "OOMKilled", "exitCode": 137}}
    (found,) = trouble.of_pod(pod(containerStatuses=[container("CrashLoopBackOff", 3, lastState=ended)]))
    assert "3 restarts" in found.detail
    assert "OOMKilled (137)" in found.detail
    assert found.patience == 0


def test_no_node_takes_it() -> None:
    condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "Insufficient cpu"}
    (found,) = trouble.of_pod(pod(conditions=[condition]))
    assert (found.reason, found.detail, found.patience) == ("Unschedulable", "Insufficient cpu", 60.0)
    assert list(trouble.of_pod(pod())) == []


@pytest.mark.parametrize(
    ("kind", "condition", "reason"),
    [
        ("Job", {"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded"}, "JobFailed"),
        ("Job", {"type": "Failed", "status": "False"}, None),
        ("Job", {"type": "Complete", "status": "True"}, None),
        ("Deployment", {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate",
                        "message": "pods is forbidden: exceeded quota: small"}, "FailedCreate"),
        ("Deployment", {"type": "Available", "status": "False"}, None),
    ],
)  # fmt: skip
def test_owners(kind: str, condition: dict[str, str], reason: str | None) -> None:
    owner = {"kind": kind, "metadata": {"name": "x", "namespace": "fake"}, "status": {"conditions": [condition]}}
    found = list(trouble.of_owner(owner))
    assert [t.reason for t in found] == ([reason] if reason else [])
    assert all("ResourceQuota" in t.advice for t in found if "quota" in t.detail)


def test_pods_that_could_not_be_made_count_from_this_run_on_only() -> None:
    owner: dict[str, Any] = {"kind": "StatefulSet", "metadata": {"name": "db", "namespace": "fake"}, "spec": {}}
    event: dict[str, Any] = {
        "involvedObject": {"kind": "StatefulSet", "name": "db"},
        "reason": "FailedCreate",
        "message": "exceeded quota",
        "lastTimestamp": NOW.isoformat().replace("+00:00", "Z"),
        "metadata": {},
    }
    (found,) = trouble.of_events(owner, [event], since=NOW - timedelta(seconds=1))
    assert (found.owner, found.pod) == ("StatefulSet db", "")
    assert list(trouble.of_events(owner, [event], since=NOW + timedelta(seconds=1))) == []
    assert list(trouble.of_events({**owner, "status": {"replicas": 1}}, [event], since=NOW)) == []
    other = {**event, "involvedObject": {"kind": "StatefulSet", "name": "other"}}
    assert list(trouble.of_events(owner, [other, {**event, "reason": "SuccessfulCreate"}], since=NOW)) == []


@pytest.mark.parametrize(
    ("owner", "named"),
    [
        (("ReplicaSet", "fake-api-abc", "u"), "Deployment fake-api"),
        (("StatefulSet", "db", "u"), "StatefulSet db"),
        (("Job", "prepare", "u"), "Job prepare"),
    ],
)
def test_owner_of_a_pod(owner: tuple[str, str, str], named: str) -> None:
    assert trouble.owner_of(pod(owner=owner)) == named
    alone = pod()
    alone["metadata"]["ownerReferences"] = []
    assert trouble.owner_of(alone) == "Pod api-1"
