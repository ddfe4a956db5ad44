"""The whole shop on a real cluster: from nothing to the verdict, again on the kept cluster, and what cannot be."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from harness.model.observation import Phase
from harness.model.verdict import Status
from tests.acceptance.command import ROOT, argv, launchgate, only_run
from tests.support import need_kind, needs_browser

pytestmark = [pytest.mark.slow, pytest.mark.alone]

# one of each kind; `make verify TARGET=kind` runs them all
SCENARIOS = (
    "shop-smoke", "guest-calendar", "checkout", "calendar-baseline",
    "cluster-manifests", "network-policy", "rolling-restart",
)  # fmt: skip


def clusters() -> set[str]:
    said = subprocess.run(["kind", "get", "clusters"], capture_output=True, text=True, check=True)
    return set(said.stdout.split())


@needs_browser
@pytest.mark.usefixtures("kept_cluster")
def test_the_same_scenarios_pass_on_the_cluster_and_again_on_the_kept_one(tmp_path: Path) -> None:
    chosen = [word for name in SCENARIOS for word in ("--scenario", name)]
    first = launchgate("run", "--runs-dir", str(tmp_path), "--target", "kind", "--keep", *chosen, timeout=1200)
    assert first.code == 0, first.out + first.err
    run = only_run(tmp_path)
    assert run.record.status is Status.PASS
    assert {s.id for s in run.record.scenarios} == set(SCENARIOS)
    kept = clusters()
    assert os.environ["LAUNCHGATE_CLUSTER"] in kept
    logs = {path.name for path in run.evidence("evidence/target").iterdir()}
    assert "services.json" in logs

    options = ("--runs-dir", str(tmp_path), "--target", "kind", "--suite", "smoke")
    again = launchgate("run", *options, timeout=1200)
    assert again.code == 0, again.out + again.err
    assert clusters() == kept, "a kept cluster is used, and stays"
    up = next(o for o in only_run(tmp_path).observations() if isinstance(o, Phase) and "phases" in o.facts)
    assert up.facts["phases"].get("cluster", 0.0) < 5, "no cluster was made"


def test_a_killed_harness_leaves_no_cluster(tmp_path: Path) -> None:
    need_kind()
    before = clusters()
    command = argv("run", "--runs-dir", str(tmp_path), "--target", "kind", "--suite", "smoke")
    env = {**os.environ, "PYTHONPATH": str(ROOT), "LAUNCHGATE_CLUSTER": "launchgate-of-nobody"}
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as harness:
        try:
            deadline = time.monotonic() + 300
            while not clusters() - before:
                assert harness.poll() is None, "the run ended before it had a cluster"
                assert time.monotonic() < deadline, "no cluster was made"
                time.sleep(1)
        finally:
            harness.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 180
    while clusters() - before:
        assert time.monotonic() < deadline, "the cluster is still there"
        time.sleep(1)


def test_without_docker_the_run_ends_with_what_brings_it(tmp_path: Path) -> None:
    nowhere = {"DOCKER_HOST": f"unix://{tmp_path}/no-docker.sock"}
    answer = launchgate("run", "--runs-dir", str(tmp_path), "--target", "kind", "--suite", "smoke", env=nowhere)
    assert answer.code == 30, answer.out + answer.err
    assert "Docker" in answer.out + answer.err
    assert "next:" in answer.out + answer.err


def test_what_cannot_be_kept_is_bad_usage(tmp_path: Path) -> None:
    answer = launchgate("run", "--runs-dir", str(tmp_path), "--keep", "--suite", "smoke")
    assert answer.code == 2
    assert "target process cannot be kept" in answer.err
    assert not list(tmp_path.iterdir()), "nothing was begun"
