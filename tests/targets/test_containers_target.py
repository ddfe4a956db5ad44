"""What is particular to the containers target; what all targets share is in test_target_contract.py."""

from __future__ import annotations

import contextlib
import json
import socket
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from harness.cli.hold import load_system
from harness.model.errors import TargetError
from harness.ports.target import TargetOrder
from harness.targets import docker_engine
from harness.targets.containers import addresses, launch
from harness.targets.containers.pull import _parts
from harness.targets.containers.resources import cpu_used, memory_in_use
from harness.targets.containers.running import exit_code
from harness.targets.containers.target import ContainersTarget
from harness.targets.ports import HOST, free_ports, holds_connections
from harness.targets.supervisor import Supervisor
from tests.support import need_docker
from tests.targets.fakes.cases import containers_left, contract_system, fake
from tests.targets.fakes.systems import eventually, system

ROOT = Path(__file__).parents[2]
API = fake("api", "serve", "--host", "{host}", "--port", "{port}", endpoint="api")
Order = Callable[..., TargetOrder]


@pytest.fixture
def tag() -> str:
    return f"test-{uuid.uuid4()}"


@pytest.fixture
def target(tag: str) -> Iterator[ContainersTarget]:
    need_docker()
    with Supervisor(tag) as supervisor:
        made = ContainersTarget(supervisor)
        yield made
        made.down()
    assert containers_left(tag) == []


@pytest.fixture
def order(tag: str, tmp_path: Path) -> Order:
    """Makes the order for some fake services; without any, for the contract's whole system."""

    def made(*services: dict[str, Any]) -> TargetOrder:
        sources = tmp_path / "sources"
        whole = contract_system(sources)
        described = system(*services).model_copy(update={"images": whole.images}) if services else whole
        return TargetOrder(described, tmp_path / "work", tmp_path / "logs", sources, project=sources, tag=tag)

    return made


def test_a_container_may_do_no_more_than_it_must(target: ContainersTarget, order: Order, tag: str) -> None:
    target.up(order())
    with contextlib.closing(docker_engine.connect()) as client:
        found = client.containers.list(filters={"label": f"launchgate.tag={tag}"})
        inspected = {c.labels["launchgate.service"]: c.attrs for c in found}
    assert set(inspected) == {"database", "queue", "api"}
    for name, seen in inspected.items():
        limits = seen["HostConfig"]
        assert limits["ReadonlyRootfs"], name
        assert limits["CapDrop"] == ["ALL"]
        assert limits["SecurityOpt"] == ["no-new-privileges"]
        assert 0 < limits["Memory"] <= 2 << 30
        assert 0 < limits["PidsLimit"] <= 1000
        assert {binding["HostIp"] for bound in limits["PortBindings"].values() for binding in bound} == {HOST}
        assert set(seen["NetworkSettings"]["Networks"]) == {f"launchgate-{tag}"}
    assert inspected["api"]["Config"]["User"] == "10001:10001"
    assert not inspected["api"]["HostConfig"]["CapAdd"]


def test_the_password_is_of_this_run_and_asked_for(target: ContainersTarget, order: Order) -> None:
    ordered = order()
    endpoints = target.up(ordered)
    inside, outside = endpoints["database"].split("@")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(f"postgresql://postgres:guessed@{outside}", connect_timeout=5)
    assert inside.rsplit(":", 1)[1] not in {addresses.ContainerAddresses(ordered.system).password, "", "postgres"}


@pytest.mark.parametrize("comes_up", [True, False])
def test_a_port_taken_in_between_is_replaced_twice(
    comes_up: bool, target: ContainersTarget, order: Order, tag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server((HOST, 0)) as stranger:
        taken = stranger.getsockname()[1]
        offered = iter([[taken], [taken], free_ports(1) if comes_up else [taken]])
        monkeypatch.setattr(addresses, "free_ports", lambda count: next(offered))
        if comes_up:
            assert target.up(order(API))["api"] != f"http://{HOST}:{taken}"
            return
        with pytest.raises(TargetError, match="did not get its port of this machine") as failed:
            target.up(order(API))
        assert failed.value.advice
    assert containers_left(tag) == []


@pytest.mark.parametrize(
    ("service", "said"),
    [
        ({**API, "image": "127.0.0.1:9/nothing:1"}, "image 127.0.0.1:9/nothing:1 is not here and cannot be pulled"),
        ({**API, "image": ""}, "service api has no image"),
        ({**API, "command": ["no-such-program"]}, "service api ended with exit code 127"),
        ({**API, "command": []}, "service api has no command"),
    ],
    ids=["no-pull", "no-image", "no-program", "no-command"],
)
def test_what_cannot_run_in_a_container_is_said(
    service: dict[str, Any], said: str, target: ContainersTarget, order: Order, tag: str
) -> None:
    with pytest.raises(TargetError, match=said) as failed:
        target.up(order(service))
    assert failed.value.advice
    assert containers_left(tag) == []


def test_one_that_ran_out_of_memory_is_told_as_such(
    target: ContainersTarget, order: Order, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch, "MEMORY", "64m")
    with pytest.raises(TargetError, match="service api ended with signal 9"):
        target.up(order({**API, "command": ["python", "service.py", "eat"]}))
    target.collect(tmp_path / "kept")
    (row,) = json.loads((tmp_path / "kept/services.json").read_text())["services"]
    assert (row["state"], row["exit_code"], row["oom_killed"]) == ("ended", -9, True)


def test_one_that_somebody_removed_is_named(target: ContainersTarget, order: Order, tag: str) -> None:
    target.up(order(API))
    with contextlib.closing(docker_engine.connect()) as client:
        client.containers.get(f"launchgate-{tag}-api").remove(force=True)
    eventually(lambda: target.alive() == ["api"], "it is named")


def test_ready_by_its_log_or_by_its_port(target: ContainersTarget, order: Order) -> None:
    by_port = fake("tcp", "serve", "--host", "{host}", "--port", "{port}", ready=None, endpoint="tcp")
    by_log = fake("logged", "hang", "--say", "at your service", ready={"log": "at your service"})
    endpoints = target.up(order(by_port, by_log))
    assert holds_connections(HOST, int(endpoints["tcp"].rsplit(":", 1)[1]))
    assert target.alive() == []


def test_without_docker_nothing_is_tried(order: Order, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nothing.sock")
    with Supervisor(f"test-{uuid.uuid4()}") as supervisor:
        target = ContainersTarget(supervisor)
        with pytest.raises(TargetError, match="Docker"):
            target.up(order(API))
        target.down()
        assert target.alive() == ["api"]


@pytest.mark.slow
def test_the_whole_shop(target: ContainersTarget, tag: str, tmp_path: Path) -> None:
    shop = load_system(ROOT / "system_under_test/system.yaml")
    endpoints = target.up(TargetOrder(shop, tmp_path / "work", tmp_path / "logs", ROOT, project=ROOT, tag=tag))
    assert httpx.get(f"{endpoints['api']}/readyz", trust_env=False).status_code == 200
    metadata = httpx.get(f"{endpoints['google']}/.well-known/openid-configuration", trust_env=False).json()
    assert metadata["authorization_endpoint"].startswith(endpoints["google"] + "/")
    assert metadata["issuer"] == "http://google:8000"
    begun = httpx.get(f"{endpoints['api']}/auth/sign-in", trust_env=False)
    assert begun.headers["location"].startswith(metadata["authorization_endpoint"])
    with psycopg.connect(endpoints["database"]) as connection:
        assert connection.execute("select count(*) from alembic_version").fetchone() == (1,)
    metrics = {m.metric for m in target.sample("s", 1.0)}
    assert {s.metric for s in shop.telemetry.signals if shop.telemetry} <= metrics
    assert [*target.phases()] == ["images", "containers"]


@pytest.mark.parametrize(("docker", "ours"), [(0, 0), (3, 3), (137, -9), (143, -15), (255, 255)])
def test_exit_codes_are_those_of_a_child_process(docker: int, ours: int) -> None:
    assert exit_code(docker) == ours


def test_figures_of_either_kind_of_control_group() -> None:
    def spent(nanoseconds: int) -> dict[str, Any]:
        return {"cpu_usage": {"total_usage": nanoseconds}}

    first = {
        "read": "2026-11-23T08:00:01.5Z",
        "preread": "0001-01-01T00:00:00Z",
        "cpu_stats": spent(7),
        "precpu_stats": {},
    }
    then = {"read": "2026-11-23T08:00:03.500000001Z", "preread": "2026-11-23T08:00:01.5Z",
            "cpu_stats": spent(3_500_000_000), "precpu_stats": spent(2_500_000_000)}  # fmt: skip
    assert cpu_used(first) is None
    assert cpu_used(then) == pytest.approx(0.5)
    old = {"memory_stats": {"usage": 900, "stats": {"total_inactive_file": 300, "inactive_file": 1}}}
    assert memory_in_use(old) == 600
    assert memory_in_use({"memory_stats": {"usage": 900, "stats": {"inactive_file": 100}}}) == 800


@pytest.mark.parametrize(
    ("reference", "parts"),
    [
        ("redis:8", ("redis", "8")),
        ("redis", ("redis", "latest")),
        ("127.0.0.1:5000/a/b", ("127.0.0.1:5000/a/b", "latest")),
        ("host:5000/a:1", ("host:5000/a", "1")),
        ("redis@sha256:00", ("redis@sha256:00", None)),
    ],
)
def test_references(reference: str, parts: tuple[str, str | None]) -> None:
    assert _parts(reference) == parts
