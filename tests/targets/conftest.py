"""A supervisor with a tag of its own, and a target that is taken down whatever a test does to it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.model.system import System
from harness.ports.target import TargetOrder
from harness.targets.kubernetes import keeping
from harness.targets.process import ProcessTarget
from harness.targets.supervisor import Supervisor
from tests.support import need_kind


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    with Supervisor(f"test-{uuid.uuid4()}") as running:
        yield running


@pytest.fixture
def target(supervisor: Supervisor) -> Iterator[ProcessTarget]:
    made = ProcessTarget(supervisor)
    yield made
    made.down()


@pytest.fixture
def order(supervisor: Supervisor, tmp_path: Path) -> Callable[[System], TargetOrder]:
    """Makes the order for a system; its sources are the test's own folder."""
    return lambda system: TargetOrder(system, tmp_path / "work", tmp_path / "logs", tmp_path, tmp_path, supervisor.tag)


@pytest.fixture(scope="session")
def kept_cluster() -> Iterator[str]:
    """Name of the cluster that is kept, once a test has made it; deleted after the last."""
    need_kind()
    yield keeping.kept_name()
    keeping.end_kept()
