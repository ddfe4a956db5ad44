from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from suites.smoke.suite import SmokeSuite
from tests.suites.context import FakeContext, planned
from tests.suites.smoke.fake_http import FakeHttp, fake_http

Walk = Callable[..., FakeContext]


@pytest.fixture
def shop() -> Iterator[FakeHttp]:
    with fake_http() as fake:
        yield fake


@pytest.fixture
def walk(shop: FakeHttp, tmp_path: Path) -> Walk:
    """Runs steps against the fake; gives the context with everything that was observed."""

    def run(*steps: dict[str, Any], **more: Any) -> FakeContext:
        context = FakeContext(tmp_path, {"api": shop.url, "closed": "http://127.0.0.1:9"})
        SmokeSuite().run(planned("smoke", steps, **more), context)
        return context

    return run
