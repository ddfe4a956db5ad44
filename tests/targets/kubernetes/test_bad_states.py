"""What cannot come up ends early, says why with events and log, and leaves nothing behind."""

from __future__ import annotations

import json

import pytest

from harness.model.errors import ExitCode, TargetError
from harness.targets.kubernetes import trouble
from tests.targets.fakes.systems import tagged
from tests.targets.kubernetes.conftest import Changes, Ground
from tests.targets.kubernetes.fake.fakes import containers_of

pytestmark = pytest.mark.slow
SERVER = "command: [python, -u, /code/server.py]\n          envFrom"
CRASH = """command: [python, -c, "print('out of cheese'); raise SystemExit(3)"]\n          envFrom"""
QUOTA = (
    "metadata: {name: fake}",
    "metadata: {name: fake}\n---\napiVersion: v1\nkind: ResourceQuota\nmetadata: {name: small}\n"
    'spec: {hard: {requests.cpu: "0"}}',
)
STATES: dict[str, tuple[Changes, list[str]]] = {
    "image-missing": (
        {"api.yaml": ("image: fake-server", "image: launchgate-no-such-image:1")},
        ["Deployment fake-api", "pod fake-api-", "ImagePullBackOff", "| Warning Failed", "launchgate-no-such-image"],
    ),
    "crash-loop": (
        {"api.yaml": (SERVER, CRASH)},
        ["Deployment fake-api", "CrashLoopBackOff", "Error (3)", "| Warning BackOff", "| out of cheese"],
    ),
    "settings-missing": (
        {"api.yaml": ("{configMapRef: {name: public-addresses}}", "{secretRef: {name: nowhere}}")},
        ["container server: CreateContainerConfigError", 'secret "nowhere" not found'],
    ),
    "job-fails": (
        {"prepare.yaml": ("print('prepared')", "raise SystemExit('no schema')")},
        ["Job fake-prepare", "pod fake-prepare-", "JobFailed", "BackoffLimitExceeded", "| no schema"],
    ),
    "quota": (
        {"namespace.yaml": QUOTA, "api.yaml": ("-u, /code", "-u, -B, /code")},
        ["Deployment fake-api", "FailedCreate", "failed quota: small", "next: raise the ResourceQuota"],
    ),
    "no-node": (
        {"api.yaml": ("terminationGrace", "nodeSelector: {moon: full}\n      terminationGrace")},
        ["Deployment fake-api", "Unschedulable", "| Warning FailedScheduling", "it has no log"],
    ),
    "never-ready": (
        {"api.yaml": ("path: /ready", "path: /no")},
        ["not ready within 12 s: Deployment fake-api", "| Warning Unhealthy: Readiness probe failed", "| begun"],
    ),
    "not-applicable": ({"policy.yaml": ("policyTypes: [Ingress]", "policyTypes: Ingress")}, ["`kubectl ", "failed:"]),
}  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_told_with_events_and_log(
    state: str, ground: Ground, well_cluster: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes, expected = STATES[state]
    monkeypatch.setattr(trouble, "_SCHEDULING", 2.0)
    monkeypatch.setattr(trouble, "_QUOTA", 2.0)
    if state == "never-ready":
        monkeypatch.setattr("harness.targets.kubernetes.session.READY_WITHIN", 12.0)
    with pytest.raises(TargetError) as failed:
        ground.target.up(ground.order(changes))
    told = failed.value.diagnostics()
    assert all(part in told for part in expected), told
    assert failed.value.exit_code == ExitCode.ERROR
    assert tagged(ground.tag) == set()
    assert ground.target.alive() == []
    assert containers_of(well_cluster)
    # what is known of it was kept before it went
    assert {row["name"] for row in json.loads((ground.folder / "logs/services.json").read_text())["services"]} == {
        "api",
        "queue",
    }
    assert (ground.folder / "logs/events.log").read_text().strip()


def test_after_all_of_that_the_kept_cluster_serves_again(ground: Ground, well_cluster: str) -> None:
    assert set(ground.target.up(ground.order())) == {"api", "queue"}
    assert not any("cannot be used" in text for text in ground.said)
    assert ground.target.alive() == []


def test_a_cluster_of_its_own_is_gone_after_a_failed_up(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAUNCHGATE_CLUSTER", "lg-test-own")
    with pytest.raises(TargetError, match="CrashLoopBackOff"):
        ground.target.up(ground.order({"api.yaml": (SERVER, CRASH)}, keep=False))
    (made,) = [text for text in ground.said if text.startswith("making cluster lg-test-own-")]
    assert containers_of(made.split()[2]) == []
    ground.target.down()
    ground.target.collect(ground.folder / "kept")
    assert list((ground.folder / "logs").glob("fake-api-*.log"))
