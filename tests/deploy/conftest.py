"""Without kubectl nothing here can be rendered: skipped with the reason, in CI a failure."""

from __future__ import annotations

import pytest

from tests.support import need_kubectl


@pytest.fixture
def kubectl() -> None:
    need_kubectl()
