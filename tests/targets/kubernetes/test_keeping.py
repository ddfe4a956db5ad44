"""Which cluster a run gets, and that nothing of it stays: `kind` and `docker` are played by a program of ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from harness.cli.main import app
from harness.model.errors import Stopped, TargetError, UsageError
from harness.targets.kubernetes import clusters, deletion, keeping
from harness.targets.kubernetes.keeping import Site
from harness.targets.supervisor import Supervisor
from tests.targets.fakes.systems import eventually, tagged
from tests.targets.kubernetes.fake.fakes import FAKE, FakeApi

CONFIG: dict[str, Any] = {
    "kind": "Cluster",
    "nodes": [{"role": "control-plane", "extraPortMappings": [{"containerPort": 30080}]}, {"role": "worker"}],
}
READY = {"metadata": {"name": "n"}, "spec": {}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}}


class Machine:
    """A machine on which clusters are folders."""

    def __init__(self, folder: Path, api: FakeApi) -> None:
        self.folder, self.api, self.said, self.sites = folder, api, list[str](), list[Site]()
        self.spawner = Supervisor(f"test-{uuid.uuid4()}", folder / "keeper.log")

    def obtain(self, keep: bool = False, tag: str = "t", config: dict[str, Any] = CONFIG) -> Site:
        site = keeping.obtain(self.spawner, config, tag, keep, self.folder, self.folder, self.said.append)
        self.sites.append(site)
        return site

    def clusters(self) -> list[str]:
        return sorted(path.name for path in self.folder.glob("clusters/*"))

    def mood(self, text: str) -> None:
        (self.folder / "mood").write_text(text)

    def node(self, cluster: str, state: str) -> None:
        file = self.folder / "clusters" / cluster / f"{cluster}-1"
        file.write_text(json.dumps({"state": state}))

    def tried(self) -> list[list[int]]:
        """Host ports of each creation."""
        configs = [json.loads(line) for line in (self.folder / "tried").read_text().splitlines()]
        return [[m["hostPort"] for n in c["nodes"] for m in n.get("extraPortMappings", [])] for c in configs]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("kind", "docker"):
        (programs / name).write_text(f"#!{sys.executable} -IS\n{(FAKE / 'programs.py').read_text()}")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("FAKE_MACHINE", str(tmp_path))
    monkeypatch.setenv("LAUNCHGATE_CLUSTER", "kept")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    api = FakeApi({"/api/v1/nodes": [READY]})
    monkeypatch.setattr(clusters, "Api", lambda kubeconfig: api)
    monkeypatch.setattr(clusters, "_ANSWERS_WITHIN", 0.2)
    monkeypatch.setattr(clusters, "_HALF_MADE", 0.5)
    monkeypatch.setattr(keeping, "_LOCK_WITHIN", 0.2)
    made = Machine(tmp_path, api)
    yield made
    for site in made.sites:
        site.release()
    made.spawner.end_all()


def test_a_cluster_of_its_own_has_a_name_of_its_own_and_goes_with_a_killed_run(machine: Machine) -> None:
    site, other = machine.obtain(tag="one"), machine.obtain(tag="two")
    assert (site.fresh, site.stays, site.lock) == (True, False, None)
    assert site.name.startswith("kept-")
    assert machine.clusters() == sorted([site.name, other.name])
    assert site.ports.keys() == {30080}
    assert site.kubeconfig.is_relative_to(machine.folder)
    clusters.delete(other.name, other.kubeconfig)
    machine.spawner.settled(other.name)
    machine.spawner.end_all()
    assert machine.clusters() == []
    assert f"undoing {site.name}: done" in (machine.folder / "keeper.log").read_text()


def test_a_kept_cluster_is_used_again_with_its_ports_also_without_keep(machine: Machine) -> None:
    first = machine.obtain(keep=True)
    machine.spawner.settled(first.name)
    first.release()
    assert (first.name, first.stays, first.fresh) == ("kept", True, True)
    again = machine.obtain()
    assert (again.name, again.stays, again.fresh, again.ports) == ("kept", True, False, first.ports)
    assert "it stays" in machine.said[-1]
    # in use: another run gets one of its own, one with --keep has to wait
    assert machine.obtain().name.startswith("kept-")
    with pytest.raises(TargetError, match="in use by another run"):
        machine.obtain(keep=True)
    with pytest.raises(TargetError, match="in use by a run"):
        keeping.end_kept()
    again.release()
    assert keeping.kept_cluster() == "kept"
    assert "kept is deleted" in keeping.end_kept()
    assert keeping.end_kept() == keeping.kept_cluster() == ""


@pytest.mark.parametrize("state", ["exited", "paused", "gone", "silent", "other-configuration"])
@pytest.mark.parametrize("keep", [True, False])
def test_a_kept_cluster_that_is_not_well_is_deleted_and_said(machine: Machine, state: str, keep: bool) -> None:
    machine.obtain(keep=True).release()
    machine.spawner.settled("kept")
    config = CONFIG
    if state == "gone":
        (machine.folder / "clusters/kept/kept-1").unlink()
    elif state == "silent":
        machine.api.answers["/api/v1/nodes"] = clusters.ApiError("it does not answer")
    elif state == "other-configuration":
        config = {**CONFIG, "networking": {"podSubnet": "10.9.0.0/16"}}
    else:
        machine.node("kept", state)
    site = machine.obtain(keep=keep, config=config)
    assert "cannot be used" in machine.said[-2]
    assert site.fresh
    assert machine.clusters() == [site.name]
    assert (site.name == "kept") is keep
    site.release()


def test_a_cordon_that_a_broken_run_left_is_taken_off(machine: Machine) -> None:
    machine.obtain(keep=True).release()
    machine.api.answers["/api/v1/nodes"] = [{**READY, "spec": {"unschedulable": True}}]
    assert not machine.obtain(keep=True).fresh
    assert machine.api.patched == [("/api/v1/nodes/n", {"spec": {"unschedulable": None}})]


@pytest.mark.parametrize(("times", "comes"), [(2, True), (3, False)])
def test_a_port_taken_in_between_is_replaced(machine: Machine, times: int, comes: bool) -> None:
    machine.mood(f"port-taken {times}")
    if comes:
        name = machine.obtain().name
        assert machine.clusters() == [name]
    else:
        with pytest.raises(TargetError, match="port is already allocated"):
            machine.obtain()
        assert machine.clusters() == []
    assert len(machine.tried()) == 3
    assert any("trying with others" in text for text in machine.said)


def test_a_cluster_that_cannot_be_made_is_told_and_deleted(machine: Machine) -> None:
    machine.mood("fail")
    with pytest.raises(TargetError) as failed:
        machine.obtain(keep=True)
    assert "could not find a log line" in failed.value.diagnostics()
    assert "fs.inotify" in failed.value.advice
    assert machine.clusters() == []
    assert list(machine.folder.glob("kubelet-*.log"))
    # the lock is free again, and nothing is remembered
    (machine.folder / "mood").unlink()
    assert machine.obtain(keep=True).fresh


def test_a_creation_that_hangs_ends_at_its_deadline(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "CREATE_WITHIN", 0.5)
    machine.mood("hang")
    with pytest.raises(TargetError, match="did not end in time"):
        machine.obtain()
    assert machine.clusters() == []


def test_what_kind_cannot_delete_is_removed_by_docker(machine: Machine) -> None:
    site = machine.obtain()
    machine.mood("stubborn")
    clusters.delete(site.name, site.kubeconfig)
    eventually(lambda: clusters.nodes(site.name) == {}, "its containers are gone")
    assert not site.kubeconfig.exists()


def test_launchgate_down_ends_a_kept_cluster_and_up_shows_it(machine: Machine, tmp_path: Path) -> None:
    runs = ["--runs-dir", str(tmp_path / "runs")]
    nothing = CliRunner().invoke(app, ["down", *runs])
    assert (nothing.exit_code, nothing.stdout) == (0, "")
    machine.obtain(keep=True)
    machine.spawner.settled("kept")
    used = CliRunner().invoke(app, ["down", "--target", "kind", *runs])
    assert isinstance(used.exception, TargetError), used.output
    assert machine.clusters() == ["kept"]
    machine.sites[-1].release()
    shown = CliRunner().invoke(app, ["up", "--target", "kind", "--system", str(tmp_path / "nowhere.yaml"), *runs])
    assert "kept was kept by an earlier run" in shown.output
    other = CliRunner().invoke(app, ["down", "--target", "process", *runs])
    assert machine.clusters() == ["kept"], other.output
    assert "the kept cluster kept is deleted" in CliRunner().invoke(app, ["down", *runs]).stdout
    assert machine.clusters() == []
    unknown = CliRunner().invoke(app, ["down", "--target", "moon", *runs])
    assert isinstance(unknown.exception, UsageError)


@pytest.mark.parametrize(("half_made", "left"), [(True, []), (False, ["late"])])
def test_a_node_that_comes_to_be_after_the_end_of_its_creation_is_deleted_too(
    machine: Machine, half_made: bool, left: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[list[str]] = []
    nodes = deletion.nodes

    def then_it_comes(name: str) -> list[str]:
        looks.append(nodes(name))
        if len(looks) == 1:
            (machine.folder / "clusters/late").mkdir(parents=True)
            (machine.folder / "clusters/late/late-0").write_text(json.dumps({"state": "created"}))
        return looks[-1]

    monkeypatch.setattr(deletion, "nodes", then_it_comes)
    clusters.delete("late", machine.folder / "kubeconfig", half_made)
    assert looks[0] == []
    assert machine.clusters() == left


def test_a_list_of_docker_that_fails_once_is_asked_for_again(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    site = machine.obtain()
    failures, nodes = [1, 1], deletion.nodes

    def at_first_not(name: str) -> list[str]:
        if failures:
            raise subprocess.CalledProcessError(failures.pop(), "docker ps", stderr="No such container")
        return nodes(name)

    monkeypatch.setattr(deletion, "nodes", at_first_not)
    clusters.delete(site.name, site.kubeconfig)
    assert machine.clusters() == [] == failures


def test_a_docker_that_does_not_answer_is_not_taken_for_an_empty_machine(machine: Machine) -> None:
    site = machine.obtain()
    (machine.folder / "bin/docker").write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(TargetError) as failed:
        clusters.delete(site.name, site.kubeconfig)
    assert f"kind delete cluster --name {site.name}" in failed.value.advice
    assert machine.clusters() == [site.name]


def test_a_run_that_is_told_to_stop_ends_the_creation_first(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.mood("hang")
    kept = Supervisor.spawn

    def stopped(self: Supervisor, argv: list[str], **more: Any) -> Any:
        handle = kept(self, argv, **more)
        eventually(lambda: machine.clusters() != [], "its creation has begun")

        def told(timeout: float | None = None) -> int | None:
            handle.wait = type(handle).wait.__get__(handle)  # type: ignore[method-assign]
            raise Stopped("interrupted by SIGINT")

        handle.wait = told  # type: ignore[method-assign]
        return handle

    monkeypatch.setattr(Supervisor, "spawn", stopped)
    with pytest.raises(Stopped):
        machine.obtain()
    assert machine.clusters() == []
    assert tagged(machine.spawner.tag) == set()
