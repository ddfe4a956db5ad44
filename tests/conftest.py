"""Settings of every test."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.support import modules_browser

# A shared machine is slow at times; a property that holds is not wrong because it took long.
settings.register_profile(
    "launchgate", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.load_profile("launchgate")


@pytest.fixture(autouse=True, scope="session")
def other_kept_cluster() -> Iterator[None]:
    """No test uses, or ends, the cluster that whoever runs the tests has kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAUNCHGATE_CLUSTER", os.environ.get("LAUNCHGATE_TEST_CLUSTER", f"lg-test-{os.getpid()}"))
        yield


@pytest.fixture(autouse=True, scope="module")
def close_browser() -> Iterator[None]:
    """Playwright holds an event loop while its browser is open, which tests of other modules could not bear."""
    yield
    modules_browser.close()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with a shared cluster run alone, and last: even an idle one takes CPU from what the others measure."""
    for item in items:
        if "kept_cluster" in getattr(item, "fixturenames", ()):
            item.add_marker("alone")
    items.sort(key=lambda item: "kept_cluster" in getattr(item, "fixturenames", ()))
