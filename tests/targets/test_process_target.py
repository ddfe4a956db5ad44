"""The process target brings fake systems up, looks after them, and takes them down."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from harness.model.errors import TargetError
from harness.model.system import System
from harness.ports.target import Killable, Sampled, TargetOrder
from harness.targets import addresses
from harness.targets.ports import HOST, accepts_connections, free_ports
from harness.targets.process import ProcessTarget
from harness.targets.supervisor import Supervisor
from tests.targets.fakes.service import Handler
from tests.targets.fakes.systems import PORT, eventually, family, service, system, tagged

Order = Callable[[System], TargetOrder]


def state_of(folder: Path) -> dict[str, dict[str, object]]:
    return {row["name"]: row for row in json.loads((folder / "services.json").read_text())["services"]}


def test_up_gives_endpoints_in_the_order_of_needs_and_down_leaves_nothing(
    target: ProcessTarget, order: Order, supervisor: Supervisor, tmp_path: Path
) -> None:
    described = system(
        service("api", "serve", *PORT, needs=["migrate", "logged", "tcp"], env={"MINE": "{tcp.port}"}, endpoint="api"),
        service("migrate", "taken", "--count", str(tmp_path / "ran"), "--takes", "0", *PORT, role="job", ready=None),
        service("logged", "hang", "--say", "at your service", ready={"log": "at your service"}),
        service("tcp", "serve", *PORT, ready=None, endpoint="tcp"),
        env={"ALL": "{host}"},
    )
    described.services[1].command[2:] = ["exit", "--code", "0"]
    endpoints = target.up(order(described))
    assert set(endpoints) == {"api", "tcp"}
    assert target.alive() == []
    seen = httpx.get(f"{endpoints['api']}/self", trust_env=False).json()
    assert seen["cwd"] == seen["env"]["PYTHONPATH"] == str(tmp_path)
    assert endpoints["tcp"].endswith(f":{seen['env']['MINE']}")
    assert seen["env"]["ALL"] == HOST
    with pytest.raises(TargetError, match="up already"):
        target.up(order(described))
    target.collect(tmp_path / "kept")
    target.down()
    target.down()

    assert tagged(supervisor.tag) == set()
    states = state_of(tmp_path / "kept")
    assert states["migrate"]["exit_code"] == 0
    assert states["api"]["state"] == "running"
    assert str(states["migrate"]["started"]) < str(states["api"]["started"])
    assert "line 30" in (tmp_path / "kept/migrate.log").read_text()


def test_a_service_that_ends_early_is_told_with_its_log(target: ProcessTarget, order: Order, tmp_path: Path) -> None:
    with pytest.raises(TargetError) as failed:
        target.up(order(system(service("good", "serve", *PORT), service("bad", "exit", "--code", "7"))))
    said = failed.value.diagnostics()
    assert "service bad ended with exit code 7 before it was ready" in said
    assert "| line 30" in said
    assert "| line 16" in said
    assert "| line 15" not in said
    assert str(tmp_path / "logs/bad.log") in said


def test_after_a_failed_up_nothing_is_left_and_down_and_collect_are_fine(
    target: ProcessTarget, order: Order, supervisor: Supervisor, tmp_path: Path
) -> None:
    with pytest.raises(TargetError):
        target.up(order(system(service("good", "serve", "--family", *PORT), service("bad", "exit", needs=["good"]))))
    assert tagged(supervisor.tag) == set()
    target.down()
    target.collect(tmp_path / "logs")
    states = state_of(tmp_path / "logs")
    assert states["bad"]["exit_code"] == 0
    assert states["good"]["exit_code"] == -15


@pytest.mark.parametrize(
    ("described", "said"),
    [
        (service("job", "exit", "--code", "3", role="job"), "service job ended with exit code 3"),
        (service("job", "hang", role="job", ready={"within": "300ms"}), "service job did not finish within 0.3 s"),
        (service("api", "hang", ready={"http": "/ready", "within": "300ms"}), "api was not ready within 0.3 s"),
        (service("api", "serve", *PORT, ready={"http": "/no", "within": "500ms"}), "api was not ready within"),
        (service("api", "hang", "--say", "no", ready={"log": "yes", "within": "1s"}), "api was not ready within 1 s"),
        (service("api", command=["no-such-command"]), "no-such-command: api could not be started"),
        (service("api", "serve", "{prot}"), "command of service api: unknown placeholder {prot}"),
        (service("api", "serve", env={"A": "{nobody.url}"}), "env A of service api: unknown placeholder {nobody.url}"),
        (service("api", "hang", ready=None), "nothing tells when service api is ready"),
        (service("api", command=[]), "service api has no command"),
    ],
)
def test_what_cannot_come_up_is_said(
    described: dict[str, object], said: str, target: ProcessTarget, order: Order, supervisor: Supervisor
) -> None:
    with pytest.raises(TargetError) as failed:
        target.up(order(system(described)))
    assert said in failed.value.diagnostics()
    assert failed.value.advice
    assert tagged(supervisor.tag) == set()


@pytest.mark.parametrize(("takes", "comes_up"), [(2, True), (9, False)])
def test_a_port_taken_in_between_is_replaced_twice(
    takes: int, comes_up: bool, target: ProcessTarget, order: Order, tmp_path: Path
) -> None:
    api = service("api", "taken", "--count", str(tmp_path / "n"), "--takes", str(takes), *PORT, endpoint="api")
    if comes_up:
        assert accepts_connections(HOST, int(target.up(order(system(api)))["api"].rsplit(":", 1)[1]))
    else:
        with pytest.raises(TargetError, match="already in use"):
            target.up(order(system(api)))
    assert len(set((tmp_path / "n").read_text().split())) == 3


def test_a_stranger_who_answers_on_the_port_is_not_taken_for_the_service(
    target: ProcessTarget, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ThreadingHTTPServer((HOST, 0), Handler) as stranger:
        threading.Thread(target=stranger.serve_forever, daemon=True).start()
        taken = stranger.server_address[1]
        offered = iter([[taken], [taken], [taken], free_ports(1)])
        monkeypatch.setattr(addresses, "free_ports", lambda count: next(offered))
        with pytest.raises(TargetError, match=f"did not get port {taken}: another program listens there"):
            target.up(order(system(service("api", "hang", *PORT))))
        endpoint = target.up(order(system(service("api", "serve", *PORT, endpoint="api"))))["api"]
        stranger.shutdown()
    assert not endpoint.endswith(f":{taken}")


def test_kill_ends_the_service_with_its_whole_family(
    target: ProcessTarget, order: Order, supervisor: Supervisor
) -> None:
    target.up(order(system(service("api", "serve", "--family", *PORT), service("other", "serve", *PORT))))
    # a process in the very moment of its exec shows no environment
    eventually(lambda: len(tagged(supervisor.tag)) == 4, "the family and the other run")
    assert target.kill("api").startswith("service api: SIGKILL to process ")
    assert target.alive() == ["api"]
    assert len(tagged(supervisor.tag)) == 1
    with pytest.raises(TargetError, match="ended already with signal 9"):
        target.kill("api")
    with pytest.raises(TargetError, match="no service moon") as failed:
        target.kill("moon")
    assert "api, other" in failed.value.advice


def test_what_a_slow_thread_starts_while_all_is_ending_is_killed_at_once(
    target: ProcessTarget, order: Order, supervisor: Supervisor, tmp_path: Path
) -> None:
    late, described = threading.Event(), system(service("bad", "exit"), service("slow", "serve", *PORT))
    spawn = supervisor.spawn

    def slowly(argv: list[str], **more: Any) -> Any:
        if more["name"] == "slow":
            late.wait(30)
        return spawn(argv, **more)

    supervisor.spawn = slowly  # type: ignore[method-assign]
    stop = target._stop_services
    target._stop_services = lambda: (stop(), late.set())  # type: ignore[method-assign,func-returns-value,assignment]
    with pytest.raises(TargetError, match="service bad ended"):
        target.up(order(described))
    target.collect(tmp_path / "logs")
    assert state_of(tmp_path / "logs")["slow"]["exit_code"] == -9


def test_a_stubborn_service_is_killed_after_its_time(target: ProcessTarget, order: Order, tmp_path: Path) -> None:
    target.up(order(system(service("api", "serve", "--stubborn", *PORT, stop_within="200ms"))))
    target.down()
    target.collect(tmp_path / "logs")
    assert state_of(tmp_path / "logs")["api"]["exit_code"] == -9


def test_sample_measures_and_a_fault_yields_nothing(target: ProcessTarget, order: Order, tmp_path: Path) -> None:
    assert isinstance(target, Sampled)
    assert isinstance(target, Killable)
    assert target.sample("s", 0.0) == []
    signals = [
        {"metric": "queue.depth", "series": "jobs"},
        {"metric": "queue.depth", "series": "jobs", "labels": {"queue": "b"}},
    ]
    described = family().model_copy(
        update={"telemetry": system(service("x"), telemetry={"signals": signals}).telemetry}
    )
    endpoints = target.up(order(described))
    with psycopg.connect(endpoints["database"]) as connection:
        connection.execute("select 1")
        readings = {(m.metric, *sorted(m.labels.items())): m for m in target.sample("s", 1.5)}
    value = {key: m.value for key, m in readings.items()}
    assert endpoints["database"].endswith("/fake_system")
    assert value["db.connections", ("state", "idle in transaction")] == 1
    assert value["db.connections", ("state", "active")] == 0
    assert value[("queue.depth",)] == 5
    assert value["queue.depth", ("queue", "b")] == 3
    for name in ("database", "queue", "api"):
        assert value["resource.memory", ("service", name)] > 1_000_000
        assert 0 <= value["resource.cpu", ("service", name)] < 64
    assert {(m.scenario, m.t) for m in readings.values()} == {("s", 1.5)}

    target.kill("database")
    target.kill("api")
    eventually(lambda: sorted(target.alive()) == ["api", "database"], "both are seen dead")
    assert {m.labels["service"] for m in target.sample("s", 2.0)} == {"queue"}
    target.collect(tmp_path / "logs")
    assert set(json.loads((tmp_path / "logs/services.json").read_text())["sampling_faults"]) == {
        "connections",
        "signals",
    }
