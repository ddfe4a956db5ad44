"""The remote target: it announces what its file says, asks whether somebody answers, and leaves everything alone."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from harness.model.environment import Environment
from harness.model.errors import Refused, TargetError, UsageError
from harness.model.scenario import Guard
from harness.ports.target import TargetOrder
from harness.run.guard import check_guard
from harness.scenario.documents import load_system
from harness.targets.remote import RemoteTarget
from harness.targets.supervisor import Supervisor
from tests.acceptance.command import ROOT, launchgate


class Silent(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(503)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def beta() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def environment(**endpoints: str) -> Environment:
    return Environment(name="beta", title="Beta", endpoints=endpoints, hosts=["127.0.0.0/8"], suites=["smoke"])


def up(tmp_path: Path, told: Environment | None) -> tuple[RemoteTarget, dict[str, str]]:
    with Supervisor("t", tmp_path / "keeper.log") as spawner:
        target = RemoteTarget(spawner)
        described = load_system(ROOT / "system_under_test/system.yaml")
        order = TargetOrder(described, tmp_path, tmp_path / "logs", tmp_path, tmp_path, "t", environment=told)
        return target, dict(target.up(order))


def test_it_announces_what_answers_whatever_the_answer(tmp_path: Path, beta: str) -> None:
    target, endpoints = up(tmp_path, environment(api=beta, database="postgresql://db.example/shop"))
    assert endpoints == {"api": beta, "database": "postgresql://db.example/shop"}
    assert list(target.alive()) == []
    target.down()
    target.down()


def test_a_secret_part_comes_from_the_environment_and_goes_nowhere(
    tmp_path: Path, beta: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BETA_DATABASE", "postgresql://shop:s3cret@db.example/shop")
    target, endpoints = up(tmp_path, environment(api=beta, database="{env:BETA_DATABASE}"))
    assert endpoints["database"] == "postgresql://shop:s3cret@db.example/shop"
    target.collect(tmp_path / "kept")
    kept = (tmp_path / "kept/environment.json").read_text()
    assert json.loads(kept)["endpoints"]["database"] == "{env:BETA_DATABASE}"
    assert "s3cret" not in kept


def test_what_is_wrong_is_said_with_the_next_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(TargetError, match="api of beta does not answer") as away:
        up(tmp_path, environment(api=f"http://127.0.0.1:{port}"))
    assert "deployed" in away.value.advice
    monkeypatch.delenv("BETA_DATABASE", raising=False)
    with pytest.raises(TargetError, match="needs the variable BETA_DATABASE"):
        up(tmp_path, environment(database="{env:BETA_DATABASE}"))
    with pytest.raises(TargetError) as nowhere:
        up(tmp_path, None)
    assert "--environment" in nowhere.value.advice


def test_the_guard_asks_the_environment_which_suites_and_addresses() -> None:
    told, api = environment(api="http://127.0.0.1:1"), {"api": "http://127.0.0.1:1"}
    check_guard(Guard(), api, "test", remote=told, suite="smoke")
    with pytest.raises(Refused, match="suite load may not act on beta"):
        check_guard(Guard(), api, "test", remote=told, suite="load")
    elsewhere = told.model_copy(update={"hosts": ["203.0.113.0/24"]})
    with pytest.raises(Refused, match=r"endpoint api is at 127\.0\.0\.1, allowed: 203\.0\.113\.0/24") as refused:
        check_guard(Guard(), api, "test", remote=elsewhere, suite="smoke")
    assert "deploy/environments/beta.yaml" in (refused.value.advice or "")
    production = told.model_copy(update={"name": "production"})
    with pytest.raises(Refused, match="the environment is 'production'"):
        check_guard(Guard(), api, "test", remote=production, suite="smoke")
    check_guard(Guard(environments=["production"]), api, "test", remote=production, suite="smoke")


ENVIRONMENT = """apiVersion: launchgate/v1
kind: Environment
name: stand-in
title: For a test
endpoints: {{api: "{url}"}}
hosts: [127.0.0.0/8]
suites: [{suites}]
"""


def test_the_command_runs_against_it_and_refuses_what_it_does_not_allow(tmp_path: Path, beta: str) -> None:
    file, runs = tmp_path / "stand-in.yaml", ("--runs-dir", str(tmp_path / "runs"))
    chosen = ("--target", "remote", "--environment", str(file), "--scenario", "shop-smoke")
    file.write_text(ENVIRONMENT.format(url=beta, suites="smoke"))
    failed = launchgate("run", *runs, *chosen)
    assert failed.code != 0
    assert "503" in failed.out  # it was asked, and its answer is in the verdict
    assert json.loads((tmp_path / "runs/latest/plan.json").read_text())["environment"] == "stand-in"
    file.write_text(ENVIRONMENT.format(url=beta, suites="e2e"))
    refused = launchgate("run", *runs, *chosen)
    assert refused.code == 40
    assert "suite smoke may not act on stand-in" in refused.out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--target", "remote"], "the remote target needs --environment"),
        (["--target", "remote", "--environment", "bet"], "did you mean 'beta'?"),
        (["--environment", "beta"], "target process makes its own environment"),
        (["--target", "remote", "--environment", "beta", "--defect", "wrong-price"], "no defect can be planted"),
    ],
)
def test_a_wrong_call_is_told_before_anything_starts(options: list[str], said: str) -> None:
    answer = launchgate("plan", *options)
    assert answer.code == UsageError.exit_code
    assert said in answer.err


def test_a_wrong_file_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(ENVIRONMENT.format(url="no-url", suites="smoke, lod").replace("127.0.0.0/8", "all"))
    answer = launchgate("validate", str(file), cwd=ROOT)
    assert answer.code == UsageError.exit_code
    assert "'no-url' is no URL" in answer.out
    assert "'all' is no network" in answer.out
    file.write_text(ENVIRONMENT.format(url="http://127.0.0.1:1", suites="smoke, lod"))
    assert "there is no suite 'lod'" in launchgate("validate", str(file), cwd=ROOT).out
