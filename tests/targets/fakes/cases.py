"""Every target, as the one contract over all of them needs it: how to make it, and how to see what it left behind."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from harness.model.observation import Measurement
from harness.model.system import System
from harness.ports.processes import ProcessSpawner
from harness.ports.target import Killable, Sampled, Target
from harness.targets import docker_engine
from harness.targets.containers.sweep import LABEL
from harness.targets.containers.target import ContainersTarget
from harness.targets.kubernetes import keeping
from harness.targets.kubernetes.target import KindTarget
from harness.targets.process import ProcessTarget
from tests.support import need_docker, need_kind
from tests.targets.fakes.on_cluster import cluster_of
from tests.targets.fakes.systems import SERVICE, system, tagged
from tests.targets.kubernetes.fake.fakes import containers_of

JOBS = 5.0  # what the fake service tells of itself
_DOCKERFILE = "FROM python:3.13-slim\nWORKDIR /app\nUSER 10001:10001\nCOPY service.py ./\n"


class FullTarget(Target, Sampled, Killable, Protocol):
    """What each of our targets can do."""


@dataclass(frozen=True)
class Case:
    """One target.

    Attributes:
        need: skips the test, or fails it in CI, where the target cannot run.
        left: what a run with this tag has left on the machine; nothing when all is well.
        heals: what is killed is started again by the platform, and is not dead.
        patience: seconds in which a figure of every service has been measured.
    """

    name: str
    need: Callable[[], None]
    make: Callable[[ProcessSpawner], FullTarget]
    left: Callable[[str], list[str]]
    heals: bool = False
    patience: float = 30.0


def containers_left(tag: str) -> list[str]:
    """Names of containers and networks that carry the tag."""
    labelled = {"label": f"{LABEL}={tag}"}
    with contextlib.closing(docker_engine.connect()) as client:
        containers = client.containers.list(all=True, filters=labelled, ignore_removed=True)
        return [str(found.name) for found in [*containers, *client.networks.list(filters=labelled)]]


def clusters_left(tag: str) -> list[str]:
    """Processes of the run, and containers of a cluster that it made for itself."""
    own = f"{keeping.kept_name()}-{hashlib.sha256(tag.encode()).hexdigest()[:8]}"
    return [*(str(p) for p in tagged(tag)), *containers_of(own)]


CASES = {
    case.name: case
    for case in (
        Case("process", lambda: None, ProcessTarget, lambda tag: [str(p) for p in tagged(tag)]),
        Case("containers", need_docker, ContainersTarget, containers_left),
        Case("kind", need_kind, KindTarget, clusters_left, heals=True, patience=90.0),
    )
}


def contract_system(folder: Path, *more: dict[str, Any], api: str = "serve") -> System:
    """A database, a queue, a job and a service, with their sources and their Dockerfile in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(SERVICE, folder / "service.py")
    (folder / "Dockerfile").write_text(_DOCKERFILE)
    services = [
        server("database", "postgresql", "postgres:17"),
        server("queue", "valkey", "redis:8"),
        fake("prepare", "exit", role="job", needs=["database"], ready={"within": "60s"}),
        fake("api", api, "--say", "begun", "--host", "{host}", "--port", "{port}", needs=["prepare"], endpoint="api",
             env={"INSIDE": "{database.url}", "OUTSIDE": "{api.public_url}"}),
        *more,
    ]  # fmt: skip
    return system(
        *services,
        cluster=cluster_of(folder, services),
        images=[{"name": "launchgate-fake", "dockerfile": "Dockerfile", "context": ["Dockerfile", "service.py"]}],
        telemetry={"signals": [{"metric": "queue.depth", "series": "jobs"}]},
    )


def server(name: str, embedded: str, image: str) -> dict[str, Any]:
    """A database or a queue."""
    return {"name": name, "role": name, "embedded": embedded, "image": image, "endpoint": name}


def fake(name: str, *args: str, **more: Any) -> dict[str, Any]:
    """One service of the fake image; ready when `/ready` answers, unless told otherwise."""
    command = ["python", "service.py", *args]
    ready = {"http": "/ready", "within": "60s"}
    return {"name": name, "role": "application", "image": "launchgate-fake", "command": command, "ready": ready, **more}


def readings(measured: list[Measurement], metric: str) -> dict[str, float]:
    """One metric of a sample, by service (or by nothing)."""
    return {m.labels.get("service", ""): m.value for m in measured if m.metric == metric}
