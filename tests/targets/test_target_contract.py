"""One contract over all targets: what a suite and the lifecycle rely on holds for each of them."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest
import redis

from harness.model.errors import TargetError
from harness.model.system import System
from harness.ports.target import Killable, Sampled, TargetOrder
from harness.targets.supervisor import Supervisor
from tests.targets.fakes.cases import CASES, JOBS, Case, FullTarget, contract_system, fake, readings
from tests.targets.fakes.systems import eventually

ROOT = Path(__file__).parents[2]
SERVICES = {"database", "queue", "api"}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    chosen = CASES[request.param]
    chosen.need()
    return chosen


@dataclass
class Ground:
    """A target with a supervisor of its own, in a folder of its own."""

    case: Case
    target: FullTarget
    folder: Path
    tag: str

    def order(self, system: System) -> TargetOrder:
        sources = self.folder / "sources"
        return TargetOrder(system, self.folder / "work", self.folder / "logs", sources, project=sources, tag=self.tag)

    def up(self) -> dict[str, str]:
        return dict(self.target.up(self.order(contract_system(self.folder / "sources"))))


@pytest.fixture
def ground(case: Case, tmp_path: Path) -> Iterator[Ground]:
    tag = f"test-{uuid.uuid4()}"
    with Supervisor(tag) as supervisor:
        target = case.make(supervisor)
        yield Ground(case, target, tmp_path, tag)
        target.down()


def all_answer(endpoints: dict[str, str]) -> None:
    """Each endpoint does what its kind of service does, as seen from here."""
    assert set(endpoints) == SERVICES
    assert httpx.get(f"{endpoints['api']}/ready", trust_env=False).status_code == 200
    with psycopg.connect(endpoints["database"]) as connection:
        assert connection.execute("select current_database()").fetchone() == ("fake_system",)
    with redis.Redis.from_url(endpoints["queue"]) as queue:
        assert queue.ping()


def test_up_is_measured_collected_taken_down_twice_and_up_again(ground: Ground) -> None:
    target = ground.target
    assert target.name == ground.case.name
    assert target.sample("s", 0.0) == []
    endpoints = ground.up()
    all_answer(endpoints)
    assert target.alive() == []
    with pytest.raises(TargetError, match="up already"):
        ground.up()

    assert {"http", "database", "queue", "sample", "kill"} <= target.capabilities
    assert isinstance(target, Sampled)
    assert isinstance(target, Killable)
    eventually(lambda: set(readings([*target.sample("s", 1.0)], "resource.cpu")) >= SERVICES, "CPU of every service")
    measured = [*target.sample("s", 1.5)]
    memory = readings(measured, "resource.memory")
    assert all(1e6 < memory[name] < 1e9 for name in SERVICES), memory
    assert all(0 <= used < 64 for used in readings(measured, "resource.cpu").values())
    assert readings(measured, "queue.depth") == {"": JOBS}
    states = {m.labels["state"]: m.value for m in measured if m.metric == "db.connections"}
    assert {"active", "idle", "idle in transaction"} <= set(states)
    assert {(m.scenario, m.t) for m in measured} == {("s", 1.5)}

    target.collect(ground.folder / "kept")
    target.down()
    target.down()
    assert ground.case.left(ground.tag) == []
    assert "begun" in (ground.folder / "kept/api.log").read_text()
    assert all((ground.folder / f"kept/{name}.log").exists() for name in SERVICES | {"prepare"})
    table = json.loads((ground.folder / "kept/services.json").read_text())
    states_of = {row["name"]: (row["state"], row["exit_code"]) for row in table["services"]}
    assert states_of == {**dict.fromkeys(SERVICES, ("running", None)), "prepare": ("ended", 0)}

    all_answer(ground.up())
    assert target.alive() == []


def test_programs_and_browsers_reach_a_service_each_by_its_address(ground: Ground) -> None:
    endpoints = ground.up()
    seen = httpx.get(f"{endpoints['api']}/self", trust_env=False).json()["env"]
    assert seen["OUTSIDE"] == endpoints["api"]
    assert seen["INSIDE"].startswith("postgresql://")
    assert seen["INSIDE"].endswith("/fake_system")


def test_a_killed_service_is_named_and_measured_no_more(ground: Ground) -> None:
    target = ground.target
    endpoints = ground.up()
    eventually(lambda: "api" in readings([*target.sample("s", 1.0)], "resource.memory"), "it is measured")
    assert "api" in target.kill("api")
    eventually(lambda: target.alive() == ["api"], "it is named")
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{endpoints['api']}/ready", trust_env=False)
    eventually(lambda: "api" not in readings([*target.sample("s", 2.0)], "resource.memory"), "it is not measured")
    assert "database" in readings([*target.sample("s", 2.0)], "resource.memory")
    with pytest.raises(TargetError, match="ended already with signal 9"):
        target.kill("api")
    with pytest.raises(TargetError, match="no service moon") as failed:
        target.kill("moon")
    assert "api" in failed.value.advice
    target.collect(ground.folder / "kept")
    assert "signals" in json.loads((ground.folder / "kept/services.json").read_text())["sampling_faults"]


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (fake("bad", "exit", "--code", "7", needs=["api"]), ["service bad ended with exit code 7", "| line 30"]),
        (fake("bad", "exit", "--code", "3", role="job"), ["service bad ended with exit code 3", "| line 30"]),
        (fake("bad", "hang", "--say", "asleep", ready={"http": "/ready", "within": "5s"}),
         ["service bad was not ready within 5 s", "| asleep"]),
        (fake("bad", "serve", "{prot}"), ["command of service bad: unknown placeholder {prot}"]),
    ],
    ids=["ends-early", "job-fails", "never-ready", "misspelt"],
)  # fmt: skip
def test_what_does_not_come_up_is_told_with_its_log_and_leaves_nothing(
    ground: Ground, broken: dict[str, object], said: list[str]
) -> None:
    described = contract_system(ground.folder / "sources", broken)
    with pytest.raises(TargetError) as failed:
        ground.target.up(ground.order(described))
    told = failed.value.diagnostics()
    assert all(part in told for part in said), told
    assert failed.value.advice
    assert ground.case.left(ground.tag) == []
    ground.target.down()
    ground.target.collect(ground.folder / "kept")
    assert (ground.folder / "kept/services.json").exists()


@pytest.mark.parametrize("api", ["serve", "hang"])
def test_a_killed_harness_leaves_nothing(case: Case, api: str, tmp_path: Path) -> None:
    tag = f"test-{uuid.uuid4()}"
    argv = [sys.executable, "-m", "tests.targets.fakes.live", case.name, str(tmp_path), tag, api]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True) as harness:
        try:
            assert harness.stdout
            if api == "serve":
                all_answer(json.loads(harness.stdout.readline()))
            log = tmp_path / "logs/api.log"
            eventually(lambda: log.exists() and "begun" in log.read_text(), "the service has begun", within=90)
            assert case.left(tag)
        finally:
            harness.kill()
    eventually(lambda: not case.left(tag), "nothing is left", within=120)
    eventually(lambda: "the harness is gone" in (tmp_path / "keeper.log").read_text(), "the keeper's word", within=60)
