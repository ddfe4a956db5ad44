"""One small cluster for all tests of this folder that need one; it is kept, so each test finds it there."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harness.model.system import System
from harness.ports.target import TargetOrder
from harness.targets.kubernetes.target import KindTarget
from harness.targets.supervisor import Supervisor
from tests.targets.kubernetes.fake.fakes import small_system, sources

Changes = dict[str, tuple[str, str]]


@dataclass
class Ground:
    """A kind target with a supervisor and a folder of its own."""

    target: KindTarget
    folder: Path
    tag: str
    said: list[str] = field(default_factory=list)

    def order(self, changes: Changes | None = None, keep: bool = True, system: System | None = None) -> TargetOrder:
        root = self.folder / "sources"
        if not root.exists():
            sources(root, changes)
        work, logs = self.folder / "work", self.folder / "logs"
        described = system or small_system()
        return TargetOrder(described, work, logs, root, root, self.tag, keep=keep, say=self.said.append)


Grounds = Callable[..., "Ground"]


@pytest.fixture(scope="session")
def well_cluster(kept_cluster: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The kept cluster after one run that went well: a run that fails leaves it then."""
    with new_ground(tmp_path_factory.mktemp("well")) as made:
        made.target.up(made.order())
    return kept_cluster


@pytest.fixture
def ground(tmp_path: Path, kept_cluster: str) -> Iterator[Ground]:
    with new_ground(tmp_path) as made:
        yield made


@contextmanager
def new_ground(folder: Path) -> Iterator[Ground]:
    """For a test that needs several, one after the other."""
    tag = f"test-{uuid.uuid4()}"
    folder.mkdir(exist_ok=True)
    with Supervisor(tag, folder / "keeper.log") as supervisor:
        target = KindTarget(supervisor)
        yield Ground(target, folder, tag)
        target.down()
