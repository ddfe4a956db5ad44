"""Disruptions on a workload in memory: each check in both colours, and healed whatever happens."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.model.errors import Refused, SuiteError
from harness.model.observation import FaultEvent, Measurement, Receipt
from harness.model.scenario import Guard
from suites.infra.cluster.protocol import ClusterError
from suites.infra.emit import Speaker
from suites.infra.faults import FAULTS, pods
from suites.infra.faults.base import Scene
from suites.infra.faults.drain import NodeDrain
from suites.infra.metrics import DISRUPT_CHECKS
from suites.infra.node import NodeShell
from suites.infra.params import Disrupt
from suites.infra.steps import disrupt
from suites.infra.watcher import look
from suites.infra.witness import Sample
from tests.suites.infra.fake_cluster import API, NAMESPACE, FakeCluster, InfraContext, ended, make_pod, outcome, unready


class Answers:
    """Stands for the witness: what it "saw" is given."""

    samples_given: tuple[Sample, ...] = (
        Sample(0.1, "before", "home", True, 0.0, 0.01, ""),
        Sample(1.1, "during", "home", False, 0.0, 0.02, ""),
        Sample(1.2, "during", "home", True, 0.0, 0.0, "ConnectError"),
        Sample(2.1, "after", "home", True, 0.0, 0.03, ""),
    )

    def __init__(self, *args: object) -> None:
        self.phase, self.planned = "before", len(self.samples_given)

    def __enter__(self) -> Answers:
        return self

    def __exit__(self, *args: object) -> None:
        pass

    def samples(self) -> list[Sample]:
        return list(self.samples_given)


class Shell:
    """Stands for the shell on a node; a signal is told to the test."""

    def __init__(self, told: Callable[[str], None]) -> None:
        self.told = told

    def process_of(self, pod: Any) -> int:
        return 42

    def signal(self, node: str, process: int, signal: str) -> None:
        self.told(signal)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disrupt, "WitnessRun", Answers)
    monkeypatch.setattr(disrupt, "_EVERY", 0.01)
    monkeypatch.setattr(disrupt, "_CALM_WITHIN", 0.5)
    monkeypatch.setattr(disrupt, "_SETTLE", 0.02)
    monkeypatch.setattr("suites.infra.watcher._EVERY", 0.01)
    monkeypatch.setattr(disrupt, "Watcher", lambda *args: disrupt_watcher(*args))


def disrupt_watcher(*args: Any) -> Any:
    from suites.infra.watcher import Watcher

    return Watcher(*args, every=0.005)


def carry_out(tmp_path: Path, action: str, cluster: FakeCluster, within: str = "400ms", pods: int = 9) -> InfraContext:
    context = InfraContext(tmp_path, {"api": "http://127.0.0.1:1"}, node_shell="true")
    params = Disrupt.model_validate(
        {"action": action, "workload": API, "within": within,
         "witness": {"before": "10ms", "after": "10ms", "requests": [{"name": "home", "path": "/"}]}}
    )  # fmt: skip
    disrupt.run_disrupt(params, Speaker("under-test", "step", context), cluster, Guard(max_pods=pods))
    return context


def two() -> FakeCluster:
    return FakeCluster(make_pod("a", node="one"), make_pod("b", node="two"))


def rolls(cluster: FakeCluster, *, dip: bool = False, left: bool = False) -> None:
    """Lets a restart replace the pods, with a moment of too few, or without the last."""

    def act(words: tuple[str, ...]) -> None:
        if words[0] == "patch":
            if dip:
                unready(cluster.pods["b"])
            cluster.pods.pop("a")
            cluster.pods["c"] = make_pod("c")
            cluster.polls = 0  # type: ignore[attr-defined]
        elif words[0] == "get" and "c" in cluster.pods and not left:
            cluster.polls += 1  # type: ignore[attr-defined]
            if cluster.polls == 8 and "b" in cluster.pods:  # type: ignore[attr-defined]
                cluster.pods.pop("b")
                cluster.pods["d"] = make_pod("d")

    cluster.on = act


def test_a_rolling_restart_that_replaces_every_pod_is_green(tmp_path: Path) -> None:
    cluster = two()
    rolls(cluster)
    context = carry_out(tmp_path, "rolling-restart", cluster)
    assert set(outcome(context).values()) == {"passed"}
    assert [one.state for one in context.of(FaultEvent)] == ["injected", "healed"]
    assert [m.labels for m in context.of(Measurement) if m.metric == "recovery.time"] == [{"action": "rolling-restart"}]


def test_what_the_witness_lost_is_counted_by_phase(tmp_path: Path) -> None:
    cluster = two()
    rolls(cluster)
    context = carry_out(tmp_path, "rolling-restart", cluster)
    lost = {m.labels["phase"]: (m.value, m.count) for m in context.of(Measurement) if m.metric == "request.lost"}
    assert lost == {"before": (0.0, 1), "during": (1.0, 2), "after": (0.0, 1)}
    (receipt,) = [r for r in context.of(Receipt) if r.detector == "witness"]
    assert receipt.complete


@pytest.mark.parametrize(("late", "missing"), [(5.0, 0), (0.0, 3)])
def test_a_witness_that_did_not_keep_its_rate_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, late: float, missing: int
) -> None:
    class Lazy(Answers):
        samples_given = (Sample(0.1, "before", "home", True, late, 0.01, ""),)

        def __init__(self, *args: object) -> None:
            super().__init__()
            self.planned += missing

    monkeypatch.setattr(disrupt, "WitnessRun", Lazy)
    cluster = two()
    rolls(cluster)
    (receipt,) = [r for r in carry_out(tmp_path, "rolling-restart", cluster).of(Receipt) if r.detector == "witness"]
    assert not receipt.complete


def test_a_restart_with_too_few_pods_at_one_moment_is_red(tmp_path: Path) -> None:
    cluster = two()
    rolls(cluster, dip=True)
    context = carry_out(tmp_path, "rolling-restart", cluster)
    assert outcome(context)["disrupt.rolling-restart.available"] == "failed"
    assert "1 of 2 pods were ready" in context.check("disrupt.rolling-restart.available").message


def test_a_restart_that_never_ends_is_red_and_has_no_recovery_time(tmp_path: Path) -> None:
    cluster = two()
    rolls(cluster, left=True)
    context = carry_out(tmp_path, "rolling-restart", cluster)
    assert "still there: b" in context.check("disrupt.rolling-restart.replaced").message
    assert not [m for m in context.of(Measurement) if m.metric == "recovery.time"]


def test_without_a_budget_there_is_none_to_respect(tmp_path: Path) -> None:
    cluster = two()
    cluster.budget = None
    rolls(cluster)
    context = carry_out(tmp_path, "rolling-restart", cluster)
    assert "no disruption budget" in context.check("disrupt.rolling-restart.pdb-respected").message


def drains(cluster: FakeCluster) -> None:
    def act(words: tuple[str, ...]) -> None:
        if words[0] == "evict":
            cluster.pods.pop(words[1])
            cluster.pods["c"] = make_pod("c", node="two", ready=False)
            cluster.polls = 0  # type: ignore[attr-defined]
        elif words[0] == "get" and "c" in cluster.pods:
            cluster.polls += 1  # type: ignore[attr-defined]
            if cluster.polls == 5:  # type: ignore[attr-defined]
                cluster.pods["c"] = make_pod("c", node="two")

    cluster.on = act


def test_a_drain_moves_the_pods_and_the_budget_refuses_a_second_one(tmp_path: Path) -> None:
    cluster = two()
    drains(cluster)
    context = carry_out(tmp_path, "node-drain", cluster)
    assert outcome(context) == {f"disrupt.node-drain.{name}": "passed" for name in DISRUPT_CHECKS["node-drain"]}
    nodes = [words[3] for words in cluster.calls if words[:2] == ("patch", "Node")]
    assert nodes == ['{"spec": {"unschedulable": true}}', '{"spec": {"unschedulable": null}}']


def test_a_drain_without_a_budget_lets_the_second_go_too(tmp_path: Path) -> None:
    cluster = two()
    cluster.budget = None
    drains(cluster)
    context = carry_out(tmp_path, "node-drain", cluster)
    assert outcome(context)["disrupt.node-drain.pdb-respected"] == "failed"


def test_the_refusal_of_another_budget_shows_nothing_of_ours() -> None:
    """Of three pods the budget would let a second go, so ours cannot be seen to refuse; the worker's does."""
    ours = [make_pod("a"), make_pod("b", node="two"), make_pod("d", node="two")]
    cluster = FakeCluster(*ours, make_pod("w", app="calendar-worker"))

    def evict(namespace: str, pod: str, *, dry_run: bool = False) -> None:
        if pod == "w":
            raise ClusterError("Cannot evict pod as it would violate the pod's disruption budget.", 429)

    cluster.evict = evict  # type: ignore[method-assign]
    before = look(cluster, NAMESPACE, API, 0.0)
    drain = NodeDrain(Scene(cluster, lambda: pytest.fail("no shell is needed"), NAMESPACE, API, ours, before))
    drain.inject()
    assert drain.problems([before])["pdb-respected"] is None


def test_a_node_that_never_empties_is_uncordoned_all_the_same(tmp_path: Path) -> None:
    cluster = two()
    context = carry_out(tmp_path, "node-drain", cluster)
    assert outcome(context)["disrupt.node-drain.moved"] == "failed"
    assert [words[3] for words in cluster.calls if words[0] == "patch"][-1] == '{"spec": {"unschedulable": null}}'


def hurt(cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch, reason: str, code: int, served: bool = False) -> None:
    """The pod goes unready when it is hit, and comes back restarted for this reason."""
    polls = [0]

    def hit(signal: str = "") -> None:
        if signal != "CONT":
            unready(cluster.pods["a"])
            cluster.still_served = {"a"} if served else set()

    def act(words: tuple[str, ...]) -> None:
        if words[0] == "execute":
            hit()
        if words[0] == "get" and cluster.pods["a"]["status"]["conditions"][0]["status"] == "False":
            polls[0] += 1
            if polls[0] == 5:
                ended(cluster.pods["a"], reason, code)
        if words[0] == "delete":
            cluster.pods["a"] = make_pod("a")

    cluster.on = act
    monkeypatch.setattr(disrupt, "NodeShell", lambda context: Shell(hit))


CASES = [("pod-kill", "Error", 137), ("pod-oom", "OOMKilled", 137), ("pod-freeze", "Error", 137)]


@pytest.mark.parametrize(("action", "reason", "code"), CASES)
def test_a_pod_that_comes_to_harm_is_out_of_service_and_replaced(
    action: str, reason: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = two()
    cluster.events = [{"involvedObject": {"name": "a"}, "reason": "Unhealthy", "message": "Liveness probe failed"}]
    hurt(cluster, monkeypatch, reason, code)
    context = carry_out(tmp_path, action, cluster, pods=1)
    assert outcome(context) == {f"disrupt.{action}.replaced": "passed", f"disrupt.{action}.out-of-service": "passed"}
    assert ("delete", "Pod", "a") in cluster.calls
    assert {m.metric for m in context.of(Measurement)} >= {"removal.time", "recovery.time"}


@pytest.mark.parametrize(("action", "reason", "code"), [
    ("pod-kill", "Completed", 0), ("pod-oom", "Error", 137), ("pod-freeze", "OOMKilled", 137)])  # fmt: skip
def test_an_end_for_another_reason_is_red(
    action: str, reason: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = two()
    hurt(cluster, monkeypatch, reason, code)
    assert outcome(carry_out(tmp_path, action, cluster))[f"disrupt.{action}.replaced"] == "failed"


def test_a_pod_that_is_served_while_it_is_down_is_red(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = two()
    hurt(cluster, monkeypatch, "Error", 137, served=True)
    context = carry_out(tmp_path, "pod-kill", cluster)
    assert outcome(context)["disrupt.pod-kill.out-of-service"] == "failed"
    assert "led to it all the time" in context.check("disrupt.pod-kill.out-of-service").message


def test_more_pods_than_the_guard_allows_are_never_touched(tmp_path: Path) -> None:
    cluster = two()
    with pytest.raises(Refused, match="would hit 2 pods, allowed: 1"):
        carry_out(tmp_path, "rolling-restart", cluster, pods=1)
    assert not [words for words in cluster.calls if words[0] != "get"]


def test_a_workload_that_is_not_whole_is_not_disrupted(tmp_path: Path) -> None:
    cluster = two()
    unready(cluster.pods["a"])
    with pytest.raises(SuiteError, match="1 of 2 pods ready"):
        carry_out(tmp_path, "rolling-restart", cluster)


def test_a_fault_that_cannot_be_injected_is_healed_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = two()

    def no_shell(context: object) -> NodeShell:
        raise SuiteError("no shell")

    monkeypatch.setattr(disrupt, "NodeShell", no_shell)
    with pytest.raises(SuiteError, match="no shell"):
        carry_out(tmp_path, "pod-kill", cluster)
    assert ("delete", "Pod", "a") in cluster.calls


def test_every_action_has_a_fault_and_its_checks() -> None:
    assert FAULTS.keys() == DISRUPT_CHECKS.keys()
    assert copy.deepcopy(pods.EAT).count("fork") == 1
