"""What is applied: the project's overlay with our images and addresses; and what must be there before."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.model.errors import TargetError
from harness.model.system import Cluster
from harness.ports.target import TargetOrder
from harness.targets.kubernetes.applying import Applier
from harness.targets.kubernetes.checking import check
from harness.targets.kubernetes.render import Key, render, write_overlay
from tests.support import need_docker, need_kind, need_kubectl
from tests.targets.kubernetes.fake.fakes import small_system, sources

PORTS = {30080: 50123}
IMAGES = {"fake-server": "registry.local:5000/fake-server:lg-1"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    need_kubectl()
    return sources(tmp_path / "sources")


def cluster(**parts: object) -> Cluster:
    found = small_system(**parts).cluster
    assert found is not None
    return found


def test_images_and_addresses_are_ours_and_the_rest_is_the_projects(root: Path, tmp_path: Path) -> None:
    rendered = render(write_overlay(cluster(), root, tmp_path / "over/lay", IMAGES, PORTS))
    (addresses,) = [o for o in rendered.objects.values() if o["metadata"]["name"].startswith("public-addresses")]
    assert addresses["data"] == {"PUBLIC_URL": "http://127.0.0.1:50123", "KEPT": "as-it-was"}
    api = rendered.objects[Key("apps/v1", "Deployment", "fake", "fake-api")]
    container = api["spec"]["template"]["spec"]["containers"][0]
    assert container["image"] == "registry.local:5000/fake-server:lg-1"
    assert container["envFrom"][0]["configMapRef"]["name"] == addresses["metadata"]["name"]
    assert next(iter(rendered.objects)).kind == "Namespace"
    assert {c["image"] for spec in rendered.pod_specs() for c in spec["containers"]} == {container["image"]}


def test_other_ports_are_another_setting_and_so_another_template(root: Path, tmp_path: Path) -> None:
    digests = []
    for port in (50123, 50124):
        rendered = render(write_overlay(cluster(), root, tmp_path / str(port), IMAGES, {30080: port}))
        digests.append(rendered.digests)
    deployment = str(Key("apps/v1", "Deployment", "fake", "fake-api"))
    queue = str(Key("apps/v1", "StatefulSet", "fake", "fake-queue"))
    assert digests[0][deployment] != digests[1][deployment]
    assert digests[0][queue] == digests[1][queue]


def test_an_address_of_nobody_and_a_broken_kustomization_are_said(root: Path, tmp_path: Path) -> None:
    addresses = {"configmap": "public-addresses", "values": {"PUBLIC_URL": "{apy.public_url}"}}
    with pytest.raises(TargetError, match=r"unknown placeholder \{apy.public_url\}") as failed:
        write_overlay(cluster(addresses=addresses), root, tmp_path / "overlay", IMAGES, PORTS)
    assert "api.public_url" in failed.value.advice
    (root / "overlay/api.yaml").unlink()
    with pytest.raises(TargetError, match="cannot be rendered") as failed:
        render(root / "overlay")
    assert "api.yaml" in failed.value.diagnostics()


def order(root: Path, tmp_path: Path, **parts: object) -> TargetOrder:
    return TargetOrder(small_system(**parts), tmp_path / "work", tmp_path / "logs", root, root, "tag")


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"overlay": "nowhere"}, "there is no kustomization here"),
        ({"addons": ["nowhere"]}, "there is no kustomization here"),
        ({"config": "nowhere.yaml"}, "kind configuration cannot be read"),
        ({"workloads": [{"service": "moon", "name": "moon"}]}, "names service moon"),
        ({"workloads": [{"service": "api", "name": "fake-api", "node_port": 30099}]}, "30099 of api is not published"),
    ],
)
def test_what_is_missing_is_said_before_a_cluster_is_made(
    parts: dict[str, object], said: str, root: Path, tmp_path: Path
) -> None:
    need_kind()
    assert check(order(root, tmp_path))[0].namespace == "fake"
    with pytest.raises(TargetError, match=said) as failed:
        check(order(root, tmp_path, **parts))
    assert failed.value.advice or failed.value.where


@pytest.mark.parametrize("program", ["docker", "kind", "kubectl"])
def test_a_missing_program_is_said_with_what_brings_it(
    program: str, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_docker()
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in {"docker", "kind", "kubectl"} - {program}:
        (programs / name).write_text("#!/bin/sh\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    with pytest.raises(TargetError, match=f"{program} is not on PATH") as failed:
        check(order(root, tmp_path))
    assert "install" in failed.value.advice


def test_no_docker_daemon_is_said(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need_kind()
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/docker.sock")
    with pytest.raises(TargetError, match="Docker") as failed:
        check(order(root, tmp_path))
    assert failed.value.advice


class Memory:
    """The ConfigMap that a cluster remembers in."""

    def __init__(self) -> None:
        self.data: dict[str, str] = {}

    def config_map(self, namespace: str, name: str) -> dict[str, str]:
        return dict(self.data)

    def put_config_map(self, namespace: str, name: str, data: dict[str, str]) -> None:
        self.data = dict(data)


def test_what_was_not_applied_to_its_end_is_not_there(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[list[str]] = []
    monkeypatch.setattr(
        "harness.targets.kubernetes.applying.output_of",
        lambda argv, **more: calls.append([*argv, more.get("given", "")]),
    )
    memory, rendered = Memory(), render(root / "overlay")

    def applier() -> Applier:
        return Applier(memory, tmp_path / "kubeconfig", tmp_path)  # type: ignore[arg-type]

    first = applier()
    first.apply("overlay", rendered)
    assert not applier().has("overlay", rendered), "it may not have got ready"
    first.finish("overlay", rendered)
    assert applier().has("overlay", rendered)
    assert not any("delete" in call for call in calls)

    (root / "overlay/policy.yaml").write_text("")
    (root / "overlay/prepare.yaml").write_text(
        (root / "overlay/prepare.yaml").read_text().replace("'prepared'", "'anew'")
    )
    (root / "overlay/server.py").write_text("")
    calls.clear()
    changed, second = render(root / "overlay"), applier()
    second.apply("overlay", changed)
    verbs = [next(word for word in call if word in ("apply", "delete")) for call in calls]
    assert verbs == ["delete", "delete", "apply"]
    assert "default-deny" in calls[0][-1]
    assert "ConfigMap" not in calls[0][-1], "pods of before still read it"
    assert "fake-prepare" in calls[1][-1]
    second.finish("overlay", changed)
    assert "ConfigMap" in calls[3][-1]
