"""One sound load that many tests look at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.suites.load.driving import Load, run_load
from tests.suites.load.fakes.faults import Fault
from tests.suites.load.fakes.shop import FakeShop, running_shop


@pytest.fixture
def shop() -> Iterator[FakeShop]:
    """A fresh fake shop."""
    with running_shop() as running:
        yield running


@pytest.fixture(scope="session")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Load:
    """Ten users, two seconds after one of warm-up, a sound shop whose replies take unlike times."""
    with running_shop() as running:
        running.state.faults.on("AddEvent", *(Fault(delay=n * 0.0137) for n in range(8)))
        return run_load(
            running.url, tmp_path_factory.mktemp("calm"), duration=3.6, users=10, warm_up=1.6,
            think_time={"min": 0.01, "max": 0.05},
        )  # fmt: skip
