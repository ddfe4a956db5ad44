"""What only a running cluster says: each rule in both colours, and the look into the processes."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.model.observation import Receipt
from suites.infra.cluster.protocol import ClusterError, Executed
from suites.infra.emit import Speaker
from suites.infra.metrics import PROCESS_CHECKS, checks_of
from suites.infra.objects import LIVE, Objects
from suites.infra.params import ClusterState
from suites.infra.probing import PROBE, probe_processes
from suites.infra.rules import live
from suites.infra.rules.base import apply
from suites.infra.steps.cluster import run_cluster
from tests.suites.infra.fake_cluster import API, FakeCluster, InfraContext, make_pod, outcome

REPLICAS = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")
LABELS = {"app.kubernetes.io/name": API}
TRUE = [{"type": kind, "status": "True"} for kind in ("AbleToScale", "ScalingActive")]
CLUSTER: list[dict[str, Any]] = [
    make_pod("a"),
    {
        "kind": "Deployment",
        "metadata": {"name": API, "generation": 2},
        "spec": {"replicas": 1},
        "status": {"observedGeneration": 2, **dict.fromkeys(REPLICAS, 1)},
    },
    {"kind": "Job", "metadata": {"name": "calendar-migrate"}, "status": {"completionTime": "2026-01-01T00:01:00Z"}},
    {"kind": "HorizontalPodAutoscaler", "metadata": {"name": API}, "status": {"conditions": TRUE}},
    {"kind": "PodDisruptionBudget", "metadata": {"name": API}, "status": {"disruptionsAllowed": 1}},
    {"kind": "Service", "metadata": {"name": API}, "spec": {"selector": LABELS}},
    {
        "kind": "EndpointSlice",
        "metadata": {"name": f"{API}-x", "labels": {"kubernetes.io/service-name": API}},
        "endpoints": [{"targetRef": {"name": "a"}, "conditions": {"ready": True}}],
    },
]  # fmt: skip
RENDERED = [
    {
        "kind": "Deployment",
        "metadata": {"name": API},
        "spec": {"template": {"spec": {"containers": [{"image": "village-calendar:1"}]}}},
    }
]


def red(items: list[dict[str, Any]], rendered: list[dict[str, Any]] = RENDERED) -> set[str]:
    found = [apply(rule, [Objects(LIVE, items, {live.RENDERED: rendered})]) for rule in live.RULES]
    assert not any(one.crash for one in found)
    return {one.rule.id for one in found if one.breaches or one.unknown}


def set_to(index: int, path: str, value: Any) -> Callable[[list[dict[str, Any]]], None]:
    def change(items: list[dict[str, Any]]) -> None:
        here: Any = items[index]
        *way, last = path.split(".")
        for part in way:
            here = here[int(part)] if isinstance(here, list) else here.setdefault(part, {})
        here[last] = value

    return change


TOKEN = [{"name": "t", "projected": {"sources": [{"serviceAccountToken": {}}]}}]


def test_a_sound_cluster_is_green() -> None:
    assert red(CLUSTER) == set()


CHANGES: list[tuple[str, Callable[[list[dict[str, Any]]], None]]] = [
    ("state.applied", lambda items: items.pop(1) and None),
    ("state.rolled-out", set_to(1, "status.updatedReplicas", 0)),
    ("state.rolled-out", set_to(1, "status.observedGeneration", 1)),
    ("state.migrated", set_to(2, "status", {})),
    ("state.migrated", set_to(0, "spec.initContainers", [])),
    ("state.migrated", set_to(0, "status.initContainerStatuses.0.state", {"terminated": {"exitCode": 1}})),
    ("state.migrated", set_to(0, "status.initContainerStatuses.0.state", {"running": {}})),
    ("state.scalers", set_to(3, "status.conditions", TRUE[:1])),
    ("state.budgets", set_to(4, "status.disruptionsAllowed", 0)),
    ("state.endpoints", set_to(6, "endpoints", [])),
    ("state.endpoints", set_to(0, "status.conditions", [])),
    ("state.no-restarts", set_to(0, "status.containerStatuses", [{"name": "api", "restartCount": 1}])),
    ("state.no-token", set_to(0, "spec.volumes", TOKEN)),
    ("state.images", set_to(0, "spec.containers", [{"image": "village-calendar:0"}])),
]


@pytest.mark.parametrize(("rule", "change"), CHANGES)
def test_one_change_turns_the_rule_red(rule: str, change: Callable[[list[dict[str, Any]]], None]) -> None:
    items = copy.deepcopy(CLUSTER)
    change(items)
    assert rule in red(items)
    assert red(items) <= {rule, "state.rolled-out"}


def test_an_empty_cluster_says_nothing() -> None:
    assert red([], []) == {rule.id for rule in live.RULES}


def test_every_live_rule_is_shown_red() -> None:
    assert {rule.id for rule in live.RULES} == {change[0] for change in CHANGES}


SCRATCH = "/tmp"  # noqa: S108
SOUND: dict[str, Any] = {
    "uids": ["10001"] * 4,
    "gids": ["10001"] * 4,
    "capabilities": "0000",
    "no_new_privileges": "1",
    "seccomp": "2",
    "writes": {"": False, "/app": False, "/etc": False, SCRATCH: True},
    "token": False,
    "root": "ro",
}


def looked_into(tmp_path: Path, facts: dict[str, Any] | None) -> InfraContext:
    cluster, context = FakeCluster(make_pod("a"), make_pod("b", app="calendar-worker")), InfraContext(tmp_path)

    def answer(namespace: str, pod: str, argv: object) -> Executed:
        if facts is None:
            raise ClusterError("pods/exec is forbidden", 403)
        return Executed(0, json.dumps(facts), "")

    cluster.answers = answer
    probe_processes(cluster, "village-calendar", Speaker("under-test", "cluster", context))
    return context


def test_sound_processes_are_green(tmp_path: Path) -> None:
    context = looked_into(tmp_path, SOUND)
    assert outcome(context) == dict.fromkeys(PROCESS_CHECKS, "passed")
    assert context.receipt().complete


@pytest.mark.parametrize(
    ("check", "change"),
    [
        ("live.process.non-root", {"uids": ["0"] * 4}),
        ("live.process.non-root", {"capabilities": "a80425fb"}),
        ("live.process.non-root", {"seccomp": "0"}),
        ("live.process.non-root", {"no_new_privileges": "0"}),
        ("live.process.read-only", {"writes": {"": False, "/app": True, SCRATCH: True}}),
        ("live.process.read-only", {"root": "rw"}),
        ("live.process.no-token", {"token": True}),
    ],
)
def test_a_process_that_may_too_much_is_red(tmp_path: Path, check: str, change: dict[str, Any]) -> None:
    context = looked_into(tmp_path, {**SOUND, **change})
    assert outcome(context) == {**dict.fromkeys(PROCESS_CHECKS, "passed"), check: "failed"}


def test_when_no_command_may_be_run_nothing_is_known_of_processes(tmp_path: Path) -> None:
    context = looked_into(tmp_path, None)
    assert outcome(context) == dict.fromkeys(PROCESS_CHECKS, "errored")
    assert not context.receipt().complete


def test_the_look_itself_runs_where_there_is_a_proc() -> None:
    facts = json.loads(_run(PROBE.replace("/proc/1/status", "/proc/self/status")))
    assert facts.keys() == SOUND.keys()
    assert facts["writes"][SCRATCH] is True


def _run(code: str) -> str:
    import subprocess
    import sys

    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_the_step_answers_every_check_and_says_what_it_read(tmp_path: Path, rendered: dict[str, Any]) -> None:
    """The rendered objects stand for live ones: rules of state are red there, and no check is missing."""
    from harness.model.plan import Step

    overlay = tmp_path / "applied.yaml"
    overlay.write_text(json.dumps({"kind": "List", "items": rendered["kind"]}))
    context = InfraContext(tmp_path, overlay=str(overlay), sources=str(Path(__file__).parents[3]))
    cluster = FakeCluster(make_pod("a"))
    cluster.extra["objects"] = rendered["kind"]
    cluster.answers = lambda namespace, pod, argv: Executed(0, json.dumps(SOUND), "")
    run_cluster(ClusterState(settle=0.0), Speaker("under-test", "cluster", context), cluster)
    found = outcome(context)
    assert set(found) == set(checks_of(Step(id="x", kind="cluster", params={})))
    assert {name for name, state in found.items() if state != "passed"} >= {"live.state.rolled-out"}
    assert all(state == "passed" for name, state in found.items() if not name.startswith("live.state."))
    (receipt,) = [one for one in context.of(Receipt) if one.detector == "live"]
    assert not receipt.complete, "there were no pods, so rules of pods have said nothing"
