"""Placing, naming and adding up, each without a cluster."""

from __future__ import annotations

from typing import Any

import pytest

from harness.model.system import Signal
from harness.targets.kubernetes.api import ApiError
from harness.targets.kubernetes.creation import creation_failed
from harness.targets.kubernetes.evidence import leave_manifests
from harness.targets.kubernetes.loading import canonical
from harness.targets.kubernetes.placing import images_by_node, may_run
from harness.targets.kubernetes.reading import Readings, together, total
from harness.targets.kubernetes.watching import Watch
from tests.targets.kubernetes.fake.fakes import FakeApi, pod, small_system

MASTER = "node-role.kubernetes.io/control-plane"
CONTROL = {
    "metadata": {"name": "control", "labels": {MASTER: ""}},
    "spec": {"taints": [{"key": MASTER, "effect": "NoSchedule"}]},
}
WORKER = {
    "metadata": {"name": "worker", "labels": {}},
    "spec": {"taints": [{"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}]},
}
BEARS = [{"key": MASTER, "operator": "Exists", "effect": "NoSchedule"}]


@pytest.mark.parametrize(
    ("spec", "where"),
    [
        ({}, {"worker"}),
        ({"tolerations": BEARS}, {"worker", "control"}),
        ({"tolerations": [{"operator": "Exists"}]}, {"worker", "control"}),
        ({"tolerations": [{"key": MASTER, "effect": "NoSchedule"}]}, {"worker", "control"}),
        ({"tolerations": [{"key": MASTER, "value": "x"}]}, {"worker"}),
        ({"tolerations": [{"key": MASTER, "operator": "Exists", "effect": "NoExecute"}]}, {"worker"}),
        ({"nodeSelector": {MASTER: ""}, "tolerations": BEARS}, {"control"}),
        ({"nodeSelector": {MASTER: ""}}, set()),
    ],
)
def test_where_a_pod_may_run(spec: dict[str, Any], where: set[str]) -> None:
    assert {n["metadata"]["name"] for n in (CONTROL, WORKER) if may_run(n, spec)} == where


def test_a_node_needs_the_images_of_what_may_run_there() -> None:
    app = {"containers": [{"image": "app:1"}], "initContainers": [{"image": "init:1"}]}
    store = {"containers": [{"image": "store:1"}], "nodeSelector": {MASTER: ""}, "tolerations": BEARS}
    wanted = images_by_node([CONTROL, WORKER], [app, store])
    assert wanted == {"control": {"store:1"}, "worker": {"app:1", "init:1"}}


@pytest.mark.parametrize(
    ("given", "full"),
    [
        ("redis", "docker.io/library/redis:latest"),
        ("redis:8", "docker.io/library/redis:8"),
        ("prom/prometheus:v2", "docker.io/prom/prometheus:v2"),
        ("registry.k8s.io/a/b:1", "registry.k8s.io/a/b:1"),
        ("localhost:5000/a", "localhost:5000/a:latest"),
    ],
)
def test_names_of_images(given: str, full: str) -> None:
    assert canonical(given) == full


def test_figures_of_several_pods_become_one() -> None:
    assert together(Signal(metric="m", series="s"), [1.0, 2.0]) == ("m", {}, 3.0)
    assert together(Signal(metric="m", series="s", across="max"), [1.0, 2.0]) == ("m", {}, 2.0)
    usage = [{"cpu": "1500000n", "memory": "10Ki"}, {"cpu": "250m", "memory": "1Mi"}]
    items = [{"containers": [{"usage": one}]} for one in usage]
    assert total(items, "cpu") == pytest.approx(0.2515)
    assert total(items, "memory") == 10 * 1024 + 2**20


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


PODS, DEPLOYMENTS = "/api/v1/namespaces/fake/pods", "/apis/apps/v1/namespaces/fake/deployments"
SETS = "/apis/apps/v1/namespaces/fake/statefulsets"


@pytest.fixture
def api() -> FakeApi:
    queue = pod("fake-queue-0", owner=("StatefulSet", "fake-queue", "u"))
    return FakeApi({PODS: [pod(), queue], DEPLOYMENTS: [], SETS: []})


def watch(api: FakeApi, clock: Clock) -> Watch:
    cluster = small_system().cluster
    assert cluster is not None
    return Watch(api, "lg-nowhere", "fake", cluster.workloads, grace=10.0, clock=clock)  # type: ignore[arg-type]


def test_a_service_without_a_ready_pod_is_dead_only_after_the_grace(api: FakeApi) -> None:
    clock = Clock()
    looked = watch(api, clock)
    looked.look()
    assert looked.dead() == []
    api.answers[PODS] = [pod(conditions=[{"type": "Ready", "status": "False"}])]
    for clock.now, dead in ((9.0, []), (11.0, ["api", "queue"])):
        looked.look()
        assert looked.dead() == dead
    api.answers[PODS] = [pod()]
    looked.look()
    assert looked.dead() == ["queue"]
    # scaled to zero is meant
    api.answers[SETS] = [{"metadata": {"name": "fake-queue"}, "spec": {"replicas": 0}}]
    looked.look()
    assert looked.dead() == []


def test_a_silent_api_server_is_no_death_but_nodes_that_are_gone_are(
    api: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = watch(api, Clock())
    nodes = {"node-1": "paused"}
    monkeypatch.setattr("harness.targets.kubernetes.clusters.nodes", lambda name: nodes)
    api.answers[PODS] = ApiError("no answer")
    looked.look()
    assert looked.dead() == []
    nodes.clear()
    looked.look()
    assert looked.dead() == ["api", "queue"]


def test_only_new_figures_of_the_metrics_server_count(api: FakeApi, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = "/apis/metrics.k8s.io/v1beta1/namespaces/fake/pods"
    system = small_system(workloads=[{"service": "api", "name": "fake-api"}])
    looked = watch(api, Clock())
    looked.look()
    assert system.cluster is not None
    readings = Readings(api, system, system.cluster, looked, "")  # type: ignore[arg-type]
    assert readings.read("s", 0.5) == []
    assert "resources" not in readings.faults, "it is not asked again and again"
    monkeypatch.setattr("harness.targets.kubernetes.reading._METRICS_EVERY", 0.0)
    readings._ask_at = 0.0
    assert readings.read("s", 1.0) == []
    assert "nothing at" in readings.faults["resources"]

    def measured(at: str) -> dict[str, Any]:
        containers = [{"usage": {"cpu": "100m", "memory": "1Mi"}}]
        return {"metadata": {"name": "api-1"}, "timestamp": at, "containers": containers}

    seen = []
    for at in ("t1", "t1", "t2"):
        api.answers[usage] = [measured(at)]
        seen.append({m.metric: m.value for m in readings.read("s", 2.0)})
    assert seen == [
        {"resource.cpu": 0.1, "resource.memory": 2**20},
        {},
        {"resource.cpu": 0.1, "resource.memory": 2**20},
    ]


class Ended:
    """A `kind create cluster` that failed."""

    def __init__(self, folder: Any, text: str) -> None:
        self.name, self.log, self.log_start = "kind-create", folder / "kind.log", 0
        self.log.write_text(text)


@pytest.mark.parametrize(
    ("log", "kubelets", "advice"),
    [
        ("ERROR: failed to join node", "inotify_init: too many open files", "fs.inotify.max_user_instances"),
        ("ERROR: failed to pull image kindest/node", "", "docker pull"),
        ("ERROR: no space left on device", "", "docker system df"),
        ("ERROR: what nobody knows", "", "known-issues"),
    ],
)
def test_a_cluster_that_could_not_be_made_is_told_by_its_error(
    log: str, kubelets: str, advice: str, tmp_path: Any
) -> None:
    trace = "\n".join(["k8s.io/kubernetes/cmd/kubeadm.main", "\tmain.go:34", "runtime.main", "\truntime/proc.go:290"])
    error = creation_failed(Ended(tmp_path, f"{log}\n{trace}"), 1, kubelets)  # type: ignore[arg-type]
    assert f"| {log}" in error.diagnostics()
    assert "proc.go" not in error.diagnostics()
    assert advice in error.advice


def test_evidence_holds_no_secret(tmp_path: Any) -> None:
    applied = tmp_path / "overlay.yaml"
    hidden = "apiVersion: v1\ndata:\n  key: aGVsbG8=\n  other: eA==\nkind: Secret\nmetadata:\n  name: s\n"
    applied.write_text(f"apiVersion: v1\ndata:\n  open: yes\nkind: ConfigMap\n---\n{hidden}")
    leave_manifests(tmp_path / "kept", [applied])
    text = (tmp_path / "kept/overlay.yaml").read_text()
    assert "open: yes" in text
    assert "aGVsbG8" not in text
    assert "eA==" not in text
    assert "name: s" in text
