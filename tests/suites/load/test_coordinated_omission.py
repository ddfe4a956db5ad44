"""A shop that freezes: the paced schedule counts the wait of every request that was due meanwhile."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from harness.measure.series import nearest_rank
from tests.suites.load.driving import Load, run_load
from tests.suites.load.fakes.shop import running_shop

FREEZE, EVERY = 0.5, 2.0  # seconds


def frozen_load(root: Path, schedule: str) -> tuple[Load, list[float]]:
    """A load on a shop that freezes, and the waits that its intended schedule makes true, in order of size."""
    with running_shop() as shop:
        shop.state.faults.freeze(FREEZE, every=EVERY)
        epoch = time.monotonic()
        load = run_load(
            shop.url, root, duration=5.0, users=3, schedule=schedule, warm_up=1.2, think_time={"min": 0.01, "max": 0.03}
        )  # fmt: skip
        dues = [one.due for one in load.samples() if one.phase == "measured"]
        return load, sorted(shop.state.faults.frozen_for(epoch + due) for due in dues)


def figure(load: Load, metric: str, statistic: str) -> float:
    found = load.figure(metric, statistic)
    assert found is not None
    return found


@pytest.mark.parametrize("percent", [95, 99])
def test_figures_of_a_paced_load_are_not_below_the_truth(paced: tuple[Load, list[float]], percent: int) -> None:
    load, waits = paced
    truth = nearest_rank(waits, percent)
    assert truth > FREEZE / 2
    # The wait alone; the shop's own time comes on top, and grows on a busy machine.
    assert truth * 0.95 <= figure(load, "http.latency", f"p{percent}") < truth * 1.6


def test_an_uncorrected_figure_would_have_hidden_it(paced: tuple[Load, list[float]]) -> None:
    load, waits = paced
    assert figure(load, "http.service_time", "p90") < nearest_rank(waits, 90) / 2
    assert load.receipt("requests").complete  # what came due in the freeze was sent, late


def test_a_closed_load_hides_it_too_which_is_why_the_model_is_stated(tmp_path: Path) -> None:
    load, _ = frozen_load(tmp_path, "closed")
    assert figure(load, "http.latency", "p90") < FREEZE / 3


@pytest.fixture(scope="module")
def paced(tmp_path_factory: pytest.TempPathFactory) -> tuple[Load, list[float]]:
    """Requests come due during the freeze as at any other time."""
    return frozen_load(tmp_path_factory.mktemp("paced"), "paced")
