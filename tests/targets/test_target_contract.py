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
from harness.model.observation import Measurement
from harness.model.system import System
from harness.ports.target import Killable, Sampled, TargetOrder
from harness.targets.supervisor import Supervisor
from tests.targets.fakes.cases import CASES, JOBS, Case, FullTarget, contract_system, fake, readings
from tests.targets.fakes.systems import eventually

ROOT = Path(__file__).parents[2]
SERVICES = {"database", "queue", "api"}


@pytest.fixture(params=["process", "containers", pytest.param("kind", marks=pytest.mark.alone)])
def case(request: pytest.FixtureRequest) -> Case:
    chosen = CASES[request.param]
    chosen.need()
    if chosen.name == "kind":
        request.getfixturevalue("kept_cluster")
    return chosen


@dataclass
class Ground:
    """A target with a supervisor of its own, in a folder of its own. On a cluster, the one that is kept for tests."""

    case: Case
    target: FullTarget
    folder: Path
    tag: str

    def order(self, system: System) -> TargetOrder:
        sources, keep = self.folder / "sources", "keep" in self.target.capabilities
        return TargetOrder(system, self.folder / "work", self.folder / "logs", sources, sources, self.tag, keep=keep)

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


def answers(endpoints: dict[str, str]) -> bool:
    try:
        return httpx.get(f"{endpoints['api']}/ready", trust_env=False, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def test_up_is_measured_collected_taken_down_twice_and_up_again(ground: Ground) -> None:
    target = ground.target
    assert target.name == ground.case.name
    assert target.sample("s", 0.0) == []
    endpoints = ground.up()
    all_answer(endpoints)
    assert target.alive() == []
    with pytest.raises(TargetError, match="up already"):
        ground.up()
    # programs and browsers reach a service each by its address
    seen = httpx.get(f"{endpoints['api']}/self", trust_env=False).json()["env"]
    assert seen["OUTSIDE"] == endpoints["api"]
    assert seen["INSIDE"].startswith("postgresql://")
    assert seen["INSIDE"].endswith("/fake_system")

    assert {"http", "database", "queue", "sample", "kill"} <= target.capabilities
    assert isinstance(target, Sampled)
    assert isinstance(target, Killable)
    measured: list[Measurement] = []

    def cpu_of_every_service() -> bool:
        measured.extend(target.sample("s", 1.5))
        return set(readings(measured, "resource.cpu")) >= SERVICES

    eventually(cpu_of_every_service, "CPU of every service", within=ground.case.patience)
    memory = readings(measured, "resource.memory")
    assert all(1e6 < memory[name] < 1e9 for name in SERVICES), memory
    assert all(0 <= used < 64 for used in readings(measured, "resource.cpu").values())
    assert readings(measured, "queue.depth") == {"": JOBS}
    states = {m.labels["state"]: m.value for m in measured if m.metric == "db.connections"}
    assert {"active", "idle", "idle in transaction"} <= set(states)
    assert {(m.scenario, m.t) for m in measured} == {("s", 1.5)}

    kept = ground.folder / "kept"
    target.collect(kept)
    target.down()
    target.down()
    assert ground.case.left(ground.tag) == []
    assert "begun" in (kept / "api.log").read_text()
    assert all(list(kept.glob(f"*{name}*.log")) for name in SERVICES | {"prepare"})
    table = json.loads((kept / "services.json").read_text())
    states_of = {row["name"]: row["state"] for row in table["services"]}
    assert {name: states_of[name] for name in SERVICES} == dict.fromkeys(SERVICES, "running")
    assert "prepare" in states_of
    if not ground.case.heals:  # a pod has as many ends as it has containers; its evidence lists them
        codes = {row["name"]: (row["state"], row["exit_code"]) for row in table["services"]}
        assert codes == {**dict.fromkeys(SERVICES, ("running", None)), "prepare": ("ended", 0)}

    all_answer(ground.up())
    assert target.alive() == []


def test_a_killed_service_is_dead_unless_the_platform_starts_it_again(ground: Ground) -> None:
    target = ground.target
    endpoints = ground.up()
    assert "api" in target.kill("api")
    with pytest.raises(TargetError, match="no service moon") as failed:
        target.kill("moon")
    assert "api" in failed.value.advice
    if ground.case.heals:
        eventually(lambda: answers(endpoints), "it is back", within=60)
        assert target.alive() == []
        return
    eventually(lambda: target.alive() == ["api"], "it is named")
    assert not answers(endpoints)
    eventually(lambda: "api" not in readings([*target.sample("s", 2.0)], "resource.memory"), "it is not measured")
    assert "database" in readings([*target.sample("s", 2.0)], "resource.memory")
    with pytest.raises(TargetError, match="ended already with signal 9"):
        target.kill("api")
    target.collect(ground.folder / "kept")
    assert "signals" in json.loads((ground.folder / "kept/services.json").read_text())["sampling_faults"]


@pytest.mark.parametrize(
    ("broken", "code"),
    [(fake("bad", "exit", "--code", "7", needs=["api"]), "7"), (fake("bad", "exit", "--code", "3", role="job"), "3")],
    ids=["ends-early", "job-fails"],
)
def test_what_ends_too_early_is_told_with_its_log_and_leaves_nothing(
    ground: Ground, broken: dict[str, object], code: str
) -> None:
    told = refused(ground, broken)
    assert "bad" in told
    assert "  | " in told, told
    assert "line 30" in told, told
    assert ground.case.heals or f"service bad ended with exit code {code}" in told, told


@pytest.mark.parametrize("case", ["process", "containers"], indirect=True)
@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (fake("bad", "hang", "--say", "asleep", ready={"http": "/ready", "within": "5s"}),
         ["service bad was not ready within 5 s", "| asleep"]),
        (fake("bad", "serve", "{prot}"), ["command of service bad: unknown placeholder {prot}"]),
    ],
    ids=["never-ready", "misspelt"],
)  # fmt: skip
def test_what_is_described_in_system_yaml_alone_is_told_likewise(
    ground: Ground, broken: dict[str, object], said: list[str]
) -> None:
    """On a cluster readiness and commands stand in manifests; tests/targets/kubernetes looks at those."""
    told = refused(ground, broken)
    assert all(part in told for part in said), told


def refused(ground: Ground, broken: dict[str, object]) -> str:
    """What is said when a broken service keeps the system from coming up; and that nothing is left then."""
    described = contract_system(ground.folder / "sources", broken)
    with pytest.raises(TargetError) as failed:
        ground.target.up(ground.order(described))
    assert failed.value.advice
    assert ground.case.left(ground.tag) == []
    ground.target.down()
    ground.target.collect(ground.folder / "kept")
    assert any((ground.folder / place / "services.json").exists() for place in ("kept", "logs"))
    return failed.value.diagnostics()


@pytest.mark.parametrize("api", ["serve", "hang"])
def test_a_killed_harness_leaves_nothing(case: Case, api: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAUNCHGATE_CLUSTER", "lg-test-killed")  # never the kept one, which would stay
    tag = f"test-{uuid.uuid4()}"
    argv = [sys.executable, "-m", "tests.targets.fakes.live", case.name, str(tmp_path), tag, api]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True) as harness:
        try:
            assert harness.stdout
            if api == "serve":
                all_answer(json.loads(harness.stdout.readline()))
            if case.name != "kind":  # whose logs are read when it ends
                log = tmp_path / "logs/api.log"
                eventually(lambda: log.exists() and "begun" in log.read_text(), "the service has begun", within=90)
            eventually(lambda: bool(case.left(tag)), "something is there", within=90)
        finally:
            harness.kill()
    eventually(lambda: not case.left(tag), "nothing is left", within=120)
    eventually(lambda: "the harness is gone" in (tmp_path / "keeper.log").read_text(), "the keeper's word", within=60)
