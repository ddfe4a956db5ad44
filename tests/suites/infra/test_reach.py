"""Connections: open and blocked, each in both colours, and what says nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from harness.model.errors import Refused, SuiteError
from harness.model.scenario import Guard
from suites.infra.cluster.protocol import ClusterError, Executed
from suites.infra.emit import Speaker
from suites.infra.params import Reach
from suites.infra.steps import reach
from suites.infra.stranger import NAMESPACE
from tests.suites.infra.fake_cluster import API, FakeCluster, InfraContext, make_pod, outcome

ATTEMPTS = [
    {"id": "in", "from": API, "to": "database:5432", "expect": "open"},
    {"id": "strange", "from": "stranger", "to": "database:5432", "expect": "blocked"},
    {"id": "control", "from": "stranger", "to": "listener:7777", "expect": "open"},
    {"id": "out", "from": API, "to": "listener:7777", "expect": "blocked"},
]
POLICED = {("village-calendar", "database"): "open", (NAMESPACE, "10.0.0.9"): "open"}


class Policed(FakeCluster):
    """Lets connections through by (namespace of the pod, host); what is not named is blocked."""

    def __init__(self, lets: dict[tuple[str, str], str]) -> None:
        super().__init__(make_pod("api-1"))
        self.lets = lets
        self.answers = self._connect
        self.on = self._make_ready

    def _make_ready(self, words: tuple[str, ...]) -> None:
        if words[:2] == ("create", "Pod"):
            made = make_pod(words[2], app=words[2])
            made["metadata"]["namespace"] = NAMESPACE
            made["status"]["podIP"] = "10.0.0.9"
            self.extra["Pod"] = [p for p in self.extra["Pod"] if p["metadata"]["name"] != words[2]] + [made]

    def _connect(self, namespace: str, pod: str, argv: Sequence[str]) -> Executed:
        host = argv[3].removesuffix(".village-calendar.svc")
        state = self.lets.get((namespace, host), "blocked")
        if state == "silent":
            return Executed(127, "", "python: not found")
        return Executed(0, json.dumps({"state": state, "detail": host}), "")


def carry_out(tmp_path: Path, lets: dict[tuple[str, str], str], **guard: Any) -> tuple[InfraContext, Policed]:
    context, cluster = InfraContext(tmp_path), Policed(lets)
    params = Reach.model_validate({"attempts": ATTEMPTS})
    try:
        reach.run_reach(params, Speaker("under-test", "reach", context), cluster, Guard.model_validate(guard))
    finally:
        assert cluster.extra.get("Namespace", []) == [], "the stranger's namespace is still there"
    return context, cluster


def test_a_policy_that_acts_is_green(tmp_path: Path) -> None:
    context, cluster = carry_out(tmp_path, POLICED)
    assert set(outcome(context).values()) == {"passed"}
    assert context.receipt().complete
    assert ("delete", "Namespace", NAMESPACE) in cluster.calls


def test_an_open_network_is_red(tmp_path: Path) -> None:
    context, _ = carry_out(
        tmp_path, {**POLICED, (NAMESPACE, "database"): "open", ("village-calendar", "10.0.0.9"): "open"}
    )
    assert outcome(context) == {
        "reach.in": "passed", "reach.strange": "failed", "reach.control": "passed", "reach.out": "failed"}  # fmt: skip
    assert "expected blocked, it is open" in context.check("reach.strange").message


def test_a_network_that_is_too_tight_is_red_and_its_blocks_prove_nothing(tmp_path: Path) -> None:
    context, _ = carry_out(tmp_path, {(NAMESPACE, "10.0.0.9"): "open"})
    assert outcome(context)["reach.in"] == "failed"
    assert outcome(context)["reach.strange"] == "errored"
    assert "proves nothing" in context.check("reach.strange").message


@pytest.mark.parametrize("state", ["unresolved", "silent"])
def test_what_could_not_be_tried_is_no_block(tmp_path: Path, state: str) -> None:
    context, _ = carry_out(tmp_path, {**POLICED, (NAMESPACE, "database"): state})
    assert outcome(context)["reach.strange"] == "errored"
    assert not context.receipt().complete


def test_when_no_command_may_be_run_nothing_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: object, namespace: str, pod: str, argv: Sequence[str], timeout: float) -> Executed:
        raise ClusterError("pods/exec is forbidden", 403)

    monkeypatch.setattr(Policed, "execute", refused)
    context, _ = carry_out(tmp_path, POLICED)
    assert set(outcome(context).values()) == {"errored"}
    assert "forbidden" in context.check("reach.in").message


def test_the_guard_must_name_the_strangers_namespace(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="launchgate-stranger"):
        carry_out(tmp_path, POLICED, namespaces=["village-calendar"])


def test_without_a_ready_pod_nothing_is_tried(tmp_path: Path) -> None:
    cluster = FakeCluster(make_pod("api-1", ready=False))
    with pytest.raises(SuiteError, match="no pod"):
        reach.run_reach(
            Reach.model_validate({"attempts": ATTEMPTS}), Speaker("s", "r", InfraContext(tmp_path)), cluster, Guard()
        )
    assert cluster.calls == []


def test_a_namespace_left_by_a_killed_run_is_removed_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suites.infra.stranger.time.sleep", lambda seconds: None)
    context, cluster = InfraContext(tmp_path), Policed(POLICED)
    cluster.extra["Namespace"] = [{"kind": "Namespace", "metadata": {"name": NAMESPACE}}]
    params = Reach.model_validate({"attempts": ATTEMPTS})
    reach.run_reach(params, Speaker("under-test", "reach", context), cluster, Guard())
    first = [words for words in cluster.calls if words[0] in ("create", "delete")][:3]
    assert first[-1] == ("delete", "Namespace", NAMESPACE)
    assert set(outcome(context).values()) == {"passed"}


@pytest.mark.parametrize(
    ("attempts", "says"),
    [
        ([{"id": "a", "from": API, "to": "database:5432", "expect": "blocked"}], "another attempt opens the same"),
        ([{"id": "a", "from": API, "to": "database", "expect": "open"}], "no address"),
        ([{"id": "a", "from": API, "to": "d:1", "expect": "open"}] * 2, "the same id"),
        ([], "at least 1"),
    ],
)
def test_attempts_that_would_prove_nothing_are_refused(attempts: list[dict[str, str]], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Reach.model_validate({"attempts": attempts})
