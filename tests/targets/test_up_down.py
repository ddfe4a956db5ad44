"""`launchgate up` and `launchgate down` on a fake system."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from harness.cli import held
from harness.model.errors import ExitCode
from tests.targets.fakes.systems import PORT, eventually, service, tagged

ROOT = Path(__file__).parents[2]
DOWN = "import typer; from harness.cli.down import down; typer.run(down)"


class Commands:
    """Runs the commands against a runs folder of the test's own."""

    def __init__(self, folder: Path, *services: dict[str, Any]) -> None:
        self.runs = folder / "runs"
        self.state = held.state_file(self.runs, "process")
        self.system = folder / "sut/system.yaml"
        self.system.parent.mkdir()
        # JSON is YAML
        document = {"apiVersion": "launchgate/v1", "kind": "System", "name": "fake", "services": list(services)}
        self.system.write_text(json.dumps(document))

    def up_argv(self, *more: str) -> list[str]:
        argv = [sys.executable, "-m", "harness.cli.up", "--system", str(self.system), "--runs-dir", str(self.runs)]
        return [*argv, *more]

    def up(self, *more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self.up_argv(*more), cwd=ROOT, capture_output=True, text=True, timeout=120)

    def down(self) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-c", DOWN, "--runs-dir", str(self.runs)]
        return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=120)

    def held(self) -> held.Held:
        present = held.read(self.state)
        assert present is not None
        return present


@pytest.fixture
def commands(tmp_path: Path) -> Any:
    made = Commands(tmp_path, service("api", "serve", *PORT, endpoint="api"))
    yield made
    made.down()


def test_detached_up_again_and_down(commands: Commands) -> None:
    first = commands.up("--detach")
    assert first.returncode == 0, first.stderr
    endpoints = json.loads(first.stdout)
    assert httpx.get(f"{endpoints['api']}/ready", trust_env=False).status_code == 200
    assert endpoints["target"] == "process"
    assert (Path(endpoints["logs"]) / "api.log").exists()
    tag, holder = commands.held().tag, commands.held().holder
    assert os.getsid(holder) == holder

    second = commands.up()
    assert (second.returncode, json.loads(second.stdout)) == (0, endpoints)
    assert f"up already, held by process {holder}" in second.stderr

    down = commands.down()
    assert (down.returncode, down.stdout) == (0, f"the process target is down (it was held by process {holder})\n")
    assert tagged(tag) == set()
    assert not commands.state.exists()
    again = commands.down()
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "nothing is up\n")


def test_down_cleans_up_after_a_killed_holder(commands: Commands) -> None:
    commands.up("--detach")
    present = commands.held()
    os.kill(present.holder, signal.SIGKILL)
    eventually(lambda: present.holder_process() is None, "the holder is gone")
    down = commands.down()
    assert down.returncode == 0
    assert f"was held by process {present.holder}, which is gone" in down.stdout
    assert tagged(present.tag) == set()
    assert not commands.state.exists()


def test_up_after_a_killed_holder_brings_a_new_one_up(commands: Commands) -> None:
    commands.up("--detach")
    present = commands.held()
    os.kill(present.holder, signal.SIGKILL)
    eventually(lambda: present.holder_process() is None, "the holder is gone")
    assert commands.up("--detach").returncode == 0
    assert commands.held().holder != present.holder
    assert tagged(present.tag) == set()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_in_the_foreground_a_signal_ends_it(commands: Commands, number: signal.Signals) -> None:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(commands.up_argv(), cwd=ROOT, text=True, **pipes) as running:
        eventually(lambda: commands.state.exists() and bool(commands.held().endpoints), "it is up")
        tag = commands.held().tag
        assert len(tagged(tag)) == 1
        running.send_signal(number)
        out, said = running.communicate(timeout=60)
    assert running.returncode == 0
    assert set(json.loads(out)) == {"target", "api", "logs"}
    assert said.endswith("down\n")
    assert tagged(tag) == set()
    assert not commands.state.exists()


@pytest.mark.parametrize("more", [[], ["--detach"]])
def test_what_does_not_come_up_says_why(tmp_path: Path, more: list[str]) -> None:
    commands = Commands(tmp_path, service("api", "exit", "--code", "4"))
    up = commands.up(*more)
    assert up.returncode == ExitCode.ERROR
    assert up.stdout == ""
    assert "service api ended with exit code 4" in up.stderr
    assert "line 30" in up.stderr
    assert "Traceback" not in up.stderr
    assert not commands.state.exists()


def test_interrupted_before_it_is_ready(tmp_path: Path) -> None:
    commands = Commands(tmp_path, service("api", "hang", "--say", "begun"))
    with subprocess.Popen(commands.up_argv(), cwd=ROOT, text=True, stderr=subprocess.PIPE) as running:
        log = commands.state.with_suffix("") / "api.log"
        eventually(lambda: log.exists() and "begun" in log.read_text(), "the service has begun")
        tag = commands.held().tag
        running.send_signal(signal.SIGINT)
        assert running.wait(60) == ExitCode.INTERRUPTED
    assert tagged(tag) == set()
    assert not commands.state.exists()


def test_bad_usage_is_told_at_once(commands: Commands) -> None:
    moon = commands.up("--target", "moon")
    assert (moon.returncode, "targets are: process" in moon.stderr) == (2, True)
    commands.system.unlink()
    absent = commands.up("--detach")
    assert absent.returncode == ExitCode.USAGE
    assert "system.yaml" in absent.stderr


def test_a_broken_state_file_does_no_harm(commands: Commands) -> None:
    commands.state.parent.mkdir(parents=True)
    commands.state.write_text("{")
    assert "somebody else" in commands.up().stderr
    assert commands.down().returncode == 0
    assert commands.up("--detach").returncode == 0
    holder = commands.held().holder_process()
    assert holder is not None
    assert held.is_alive(holder)
