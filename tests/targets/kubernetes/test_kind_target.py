"""The kind target on a real cluster: up, looked after, killed, collected, kept, used again."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from harness.model.errors import TargetError
from harness.ports.target import Accessible, Killable, Sampled, Target, Timed
from harness.targets.kubernetes.api import Api
from harness.targets.kubernetes.target import KindTarget
from tests.targets.fakes.systems import eventually, tagged
from tests.targets.kubernetes.conftest import Ground, new_ground
from tests.targets.kubernetes.fake.fakes import containers_of

POLICIES = "/apis/networking.k8s.io/v1/namespaces/fake/networkpolicies"
pytestmark = pytest.mark.slow


def environment(endpoints: object) -> dict[str, str]:
    assert isinstance(endpoints, dict)
    found: dict[str, str] = httpx.get(f"{endpoints['api']}/env", trust_env=False).json()
    return found


def policies(target: KindTarget) -> list[str]:
    api = Api(Path(target.access()["kubeconfig"]))
    found = [item["metadata"]["name"] for item in api.items(POLICIES)]
    api.close()
    return found


def test_up_is_reached_measured_killed_and_collected(ground: Ground, kept_cluster: str) -> None:
    target: Target = ground.target
    endpoints = target.up(ground.order())
    assert set(endpoints) == {"api", "queue"}
    for url in endpoints.values():
        assert httpx.get(f"{url}/ready", trust_env=False).status_code == 200
    assert environment(endpoints)["PUBLIC_URL"] == endpoints["api"]
    assert environment(endpoints)["KEPT"] == "as-it-was"
    assert target.alive() == []
    with pytest.raises(TargetError, match="up already"):
        target.up(ground.order())

    assert isinstance(target, Sampled)
    assert isinstance(target, Killable)
    assert isinstance(target, Accessible)
    assert isinstance(target, Timed)
    assert [(m.metric, m.value) for m in target.sample("s", 1.0)] == [("queue.depth", 5.0)]
    assert {"check", "cluster", "load", "deploy", "ready"} <= set(target.phases())
    access = target.access()
    assert access["namespace"] == "fake"
    assert access["context"] == f"kind-{kept_cluster}"
    assert "kind: NetworkPolicy" in Path(access["overlay"]).read_text()

    before = httpx.get(f"{endpoints['api']}/env", trust_env=False).json()["HOSTNAME"]
    assert before in target.kill("api")
    with pytest.raises(TargetError, match="no service moon"):
        target.kill("moon")
    # a container that is started again is no death of its service
    eventually(lambda: answers(endpoints["api"]), "it is back", within=60)
    assert target.alive() == []

    target.collect(ground.folder / "kept")
    kept = ground.folder / "kept"
    table = {row["name"]: row for row in json.loads((kept / "services.json").read_text())["services"]}
    assert [p["restarts"] for p in table["api"]["pods"]] == [1]
    assert table["queue"]["state"] == "running"
    assert "begun" in (kept / "api.log").read_text()
    assert list(kept.glob("fake-api-*.server.previous.log"))
    assert "prepared" in next(iter(kept.glob("fake-prepare-*.log"))).read_text()
    assert "fake-api" in (kept / "events.log").read_text()
    assert "kind: Deployment" in (kept / "manifests/overlay.yaml").read_text()
    target.down()
    target.down()
    eventually(lambda: not tagged(ground.tag), "no process is left")
    assert containers_of(kept_cluster)


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/ready", trust_env=False, timeout=1).status_code == 200
    except httpx.HTTPError:
        return False


def test_a_kept_cluster_is_used_again_and_what_fell_out_of_the_overlay_goes(ground: Ground, tmp_path: Path) -> None:
    ground.target.up(ground.order())
    assert policies(ground.target) == ["default-deny"]
    ground.target.down()
    with new_ground(tmp_path / "planted") as planted:
        # without --keep as well: it is there, and stays
        without_wall = {"kustomization.yaml": (", policy.yaml]", "]"), "prepare.yaml": ("'prepared'", "'anew'")}
        planted.target.up(planted.order(without_wall, keep=False))
        assert any("it stays" in text for text in planted.said)
        assert policies(planted.target) == []
        planted.target.collect(tmp_path / "kept")
        # a Job whose template changed was made anew
        assert "anew" in next(iter((tmp_path / "kept").glob("fake-prepare-*.log"))).read_text()
    with new_ground(tmp_path / "again") as again:
        again.target.up(again.order())
        assert policies(again.target) == ["default-deny"]


def test_one_run_at_a_time_uses_the_kept_cluster(
    ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.targets.kubernetes.keeping._LOCK_WITHIN", 0.5)
    ground.target.up(ground.order())
    with new_ground(tmp_path / "other") as other:
        with pytest.raises(TargetError, match="in use by another run"):
            other.target.up(other.order())
        with pytest.raises(TargetError, match="in use by a run"):
            KindTarget.end_kept()
        ground.target.down()
        other.target.up(other.order())
        assert other.target.alive() == []
