"""A cluster that the tests of this folder share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.acceptance.command import launchgate
from tests.support import need_kind


@pytest.fixture(scope="session")
def kept_cluster() -> Iterator[None]:
    """Every `launchgate run --target kind --keep` uses the same one; it is deleted when the last test has ended."""
    need_kind()
    yield
    answer = launchgate("down", "--target", "kind")
    assert answer.code == 0, answer.out + answer.err
