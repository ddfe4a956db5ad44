"""The small system of these tests, its sources, and what a test sees of a machine."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from harness.model.system import System
from harness.targets.kubernetes.api import ApiError, Object

FAKE = Path(__file__).parent
IMAGE = "fake-server"


def sources(folder: Path, changes: dict[str, tuple[str, str]] | None = None) -> Path:
    """A copy of the overlay, with texts replaced: file → (what is there, what should be), like a planted defect."""
    shutil.copytree(FAKE / "overlay", folder / "overlay")
    for name in ("cluster.yaml", "Dockerfile"):
        shutil.copy(FAKE / name, folder / name)
    for name, (old, new) in (changes or {}).items():
        file = folder / "overlay" / name
        assert file.read_text().count(old) == 1, f"{old!r} is not there exactly once in {name}"
        file.write_text(file.read_text().replace(old, new))
    return folder


def small_system(**cluster: object) -> System:
    """Two servers and a Job; what is given replaces parts of `cluster`."""
    ready = {"http": "/ready"}
    return System.model_validate({
        "name": "fake",
        "services": [
            {"name": "api", "role": "application", "ready": ready, "endpoint": "api"},
            {"name": "queue", "role": "queue", "ready": ready, "endpoint": "queue"},
        ],
        "images": [{"name": IMAGE, "dockerfile": "Dockerfile", "context": ["Dockerfile"]}],
        "telemetry": {"signals": [{"metric": "queue.depth", "series": "jobs"}]},
        "cluster": {
            "config": "cluster.yaml",
            "overlay": "overlay",
            "namespace": "fake",
            "addresses": {"configmap": "public-addresses", "values": {"PUBLIC_URL": "{api.public_url}"}},
            "workloads": [
                {"service": "api", "name": "fake-api", "node_port": 30080, "metrics_port": 8000},
                {"service": "queue", "name": "fake-queue", "kind": "StatefulSet", "forward": 8000},
            ],
            **cluster,
        },
    })  # fmt: skip


def containers_of(cluster: str) -> list[str]:
    """Names of a cluster's containers, running or not."""
    argv = ["docker", "ps", "-a", "--filter", f"label=io.x-k8s.kind.cluster={cluster}", "--format", "{{.Names}}"]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout.split()


class FakeApi:
    """Answers from a table: path → items, an object, or an error to raise."""

    def __init__(self, answers: dict[str, object] | None = None) -> None:
        self.answers = dict(answers or {})
        self.asked: list[str] = []
        self.patched: list[tuple[str, Object]] = []

    def _answer(self, path: str) -> object:
        self.asked.append(path)
        found = self.answers.get(path, ApiError(f"nothing at {path}", 404))
        if isinstance(found, Exception):
            raise found
        return found

    def items(self, path: str, within: float = 0.0, **query: str) -> list[Object]:
        found = self._answer(path)
        assert isinstance(found, list)
        return found

    def text(self, path: str, within: float = 0.0, query: object = None) -> str:
        return str(self._answer(path))

    def patch(self, path: str, change: Object, within: float = 0.0) -> None:
        self.patched.append((path, change))

    def close(self) -> None:
        pass


def pod(
    name: str = "api-1", owner: tuple[str, str, str] = ("ReplicaSet", "fake-api-abc", "rs-1"), **more: object
) -> Object:
    """A pod that is ready, of the newest ReplicaSet; `more` replaces parts of its status."""
    kind, owner_name, uid = owner
    return {
        "metadata": {
            "name": name,
            "namespace": "fake",
            "labels": {"pod-template-hash": "abc", "controller-revision-hash": "rev-2"},
            "ownerReferences": [{"kind": kind, "name": owner_name, "uid": uid, "controller": True}],
        },
        "spec": {"nodeName": "node-1"},
        "status": {"conditions": [{"type": "Ready", "status": "True"}], **more},
    }
