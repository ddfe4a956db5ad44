"""A rollout is done when its newest version is; pods of the version before do not matter."""

from __future__ import annotations

from typing import Any

import pytest

from harness.targets.kubernetes.render import Key
from harness.targets.kubernetes.snapshot import Snapshot, is_done, look
from tests.targets.kubernetes.fake.fakes import FakeApi, pod


def workload(kind: str = "Deployment", generation: int = 2, **status: Any) -> dict[str, Any]:
    metadata = {"name": "fake-api", "namespace": "fake", "uid": "d-1", "generation": generation}
    return {"kind": kind, "metadata": metadata, "spec": {"replicas": 2}, "status": {"observedGeneration": 2, **status}}


ALL = {"replicas": 2, "updatedReplicas": 2, "availableReplicas": 2, "readyReplicas": 2}


@pytest.mark.parametrize(
    ("owner", "done"),
    [
        (workload(**ALL), True),
        (workload(generation=3, **ALL), False),
        (workload(**{**ALL, "updatedReplicas": 1}), False),
        (workload(**{**ALL, "availableReplicas": 1}), False),
        (workload(**{**ALL, "replicas": 3}), False),
        (workload(), False),
        (workload("StatefulSet", **ALL), True),
        (workload("StatefulSet", readyReplicas=2, updateRevision="b", currentRevision="a", updatedReplicas=1), False),
        (workload("StatefulSet", readyReplicas=1), False),
        (workload("DaemonSet", desiredNumberScheduled=2, updatedNumberScheduled=2, numberAvailable=2), True),
        (workload("DaemonSet", desiredNumberScheduled=2, updatedNumberScheduled=1, numberAvailable=2), False),
        (workload("Job", conditions=[{"type": "Complete", "status": "True"}]), True),
        (workload("Job", conditions=[{"type": "Failed", "status": "True"}]), False),
        (workload("Job"), False),
    ],
)
def test_done(owner: dict[str, Any], done: bool) -> None:
    assert is_done(owner) is done


def replica_set(uid: str, revision: int) -> dict[str, Any]:
    return {
        "metadata": {
            "uid": uid,
            "ownerReferences": [{"uid": "d-1"}],
            "annotations": {"deployment.kubernetes.io/revision": str(revision)},
        }
    }


def current(owner: dict[str, Any], *pods: dict[str, Any]) -> list[str]:
    sets = [replica_set("rs-old", 9), replica_set("rs-1", 10)]
    return [p["metadata"]["name"] for p in Snapshot([owner], [], list(pods), sets, []).current_pods()]


def test_only_pods_of_the_newest_replica_set_are_looked_at() -> None:
    old = pod("old", owner=("ReplicaSet", "fake-api-old", "rs-old"))
    assert current(workload(), old, pod("new")) == ["new"]
    # before the controller has seen the change, nobody knows which is the newest
    assert current(workload(generation=3), old, pod("new")) == []


def test_only_pods_of_the_newest_revision_of_a_stateful_set() -> None:
    mine = ("StatefulSet", "fake-api", "d-1")
    old = pod("old", owner=mine)
    old["metadata"]["labels"]["controller-revision-hash"] = "rev-1"
    assert current(workload("StatefulSet", updateRevision="rev-2"), old, pod("new", owner=mine)) == ["new"]
    assert current(workload("Job"), pod("jobs", owner=("Job", "fake-api", "d-1")), pod("other")) == ["jobs"]


def test_a_look_finds_what_is_there_and_names_what_is_not() -> None:
    there, missing = Key("apps/v1", "Deployment", "fake", "fake-api"), Key("apps/v1", "Deployment", "fake", "gone")
    elsewhere = pod("elsewhere")
    elsewhere["metadata"]["namespace"] = "other"
    api = FakeApi({
        "/apis/apps/v1/deployments": [workload()],
        "/api/v1/pods": [pod(), elsewhere],
        "/apis/apps/v1/replicasets": [],
        "/api/v1/events": [],
    })  # fmt: skip
    seen = look(api, [there, missing])  # type: ignore[arg-type]
    assert [o["metadata"]["name"] for o in seen.owners] == ["fake-api"]
    assert seen.absent == [missing]
    assert [p["metadata"]["name"] for p in seen.pods] == ["api-1"]
