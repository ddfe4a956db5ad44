"""The Google double as a person starts it: one process, one command."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.doubles.google.helpers import CLIENT_ID, REDIRECT, REDIRECT_WITH_QUERY, SECRET, Double, started_double
from tests.shop.helpers import free_port


@pytest.fixture(scope="session")
def process() -> Iterator[Double]:
    options = ["--client-id", CLIENT_ID, "--redirect-uri", REDIRECT, "--redirect-uri", REDIRECT_WITH_QUERY]
    with started_double(free_port(), options, {"DOUBLE_GOOGLE_CLIENT_SECRET": SECRET}) as double:
        yield double


@pytest.fixture
def double(process: Double) -> Iterator[Double]:
    """The process, with nothing left of earlier tests."""
    process.control("reset")
    yield process
    process.opened.close()
    process.control("reset")
