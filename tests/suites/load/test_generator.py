"""A generator in trouble is seen as one, not as a slow shop."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from harness.model.errors import SuiteError
from tests.suites.load.driving import child_config, parsed, run_child
from tests.suites.load.fakes.shop import FakeShop

BURN = 0.03  # seconds of CPU time per operation, as behaviours/busy_guest.py says


def test_a_saturated_generator_shows_in_its_own_cpu_and_lag(shop: FakeShop, tmp_path: Path) -> None:
    config = child_config(shop.url, "busy_guest", users=10, end=5.0)
    assert run_child(config.model_dump_json(), tmp_path).returncode == 0
    load = parsed(tmp_path)
    readings = load.measurements("generator.cpu")
    spent = sum((later.value or 0) * (later.t - earlier.t) for earlier, later in pairwise(readings))
    burnt = BURN * sum(readings[0].t <= one.ended < readings[-1].t for one in load.samples())
    assert burnt > 0
    assert spent == pytest.approx(burnt, rel=0.35)  # it also has to send
    # Ten users in turns of 30 ms: each waits for the nine others.
    lag = load.figure("generator.lag", "p95")
    assert lag is not None
    assert lag > 0.05
    assert load.receipt("users").complete


def test_a_broken_behaviour_is_an_error_at_once(shop: FakeShop, tmp_path: Path) -> None:
    config = child_config(shop.url, "broken_guest", end=60.0)
    assert run_child(config.model_dump_json(), tmp_path).returncode == 0
    with pytest.raises(SuiteError, match="a slip of the author"):
        parsed(tmp_path)
