"""Signals from Prometheus text: summed, selected by label, and never made up."""

from __future__ import annotations

import pytest

from harness.model.system import Signal
from harness.targets.signals import read_signals

PAGE = """\
# HELP shop_queue_depth Jobs waiting.
# TYPE shop_queue_depth gauge
shop_queue_depth{queue="pdf",kind="ready"} 3
shop_queue_depth{queue="pdf",kind="delayed"} 4
shop_queue_depth{queue="mail"} 5
# TYPE requests counter
requests_total{path="/a b\\"c"} 12 1700000000000
requests_created{path="/a"} 1.7e+09
# TYPE wait histogram
wait_bucket{le="0.5"} 1
wait_bucket{le="+Inf"} 2
wait_count 2
wait_sum 1.5
bare 7
broken_gauge NaN
"""


def signal(series: str, **labels: str) -> Signal:
    return Signal(metric="queue.depth", series=series, labels=labels)


@pytest.mark.parametrize(
    ("wanted", "value"),
    [
        (signal("shop_queue_depth"), 12.0),
        (signal("shop_queue_depth", queue="pdf"), 7.0),
        (signal("shop_queue_depth", queue="pdf", kind="ready"), 3.0),
        (signal("requests_total"), 12.0),
        (signal("wait_count"), 2.0),
        (signal("wait_bucket", le="0.5"), 1.0),
        (signal("bare"), 7.0),
    ],
)
def test_samples_that_match_are_summed(wanted: Signal, value: float) -> None:
    assert read_signals(PAGE, [wanted]) == [(wanted, value)]


@pytest.mark.parametrize(
    "absent", [signal("shop_queue"), signal("shop_queue_depth", queue="x"), signal("broken_gauge"), signal("requests")]
)
def test_what_is_not_there_is_left_out_and_not_zero(absent: Signal) -> None:
    bare = signal("bare")
    assert read_signals(PAGE, [absent, bare]) == [(bare, 7.0)]


@pytest.mark.parametrize("broken", ["bare seven\n", 'bare{queue="x 1\n', "<html><body>502 Bad Gateway</body></html>\n"])
def test_a_broken_page_gives_nothing_at_all(broken: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_signals(PAGE + broken, [signal("bare")])
