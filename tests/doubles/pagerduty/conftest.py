"""A running PagerDuty double for the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from system_under_test.doubles.pagerduty.app import PagerDutySettings, create_app
from tests.doubles.kit.running import Double, running
from tests.doubles.pagerduty.events import KEY, OTHER_KEY


@pytest.fixture(scope="package")
def pagerduty_double() -> Iterator[Double]:
    keys = ((KEY, "shop"), (OTHER_KEY, "website"))
    with running(create_app(PagerDutySettings(keys=keys, max_incidents=40))) as double:
        yield double


@pytest.fixture
def pagerduty(pagerduty_double: Double) -> Double:
    pagerduty_double.reset()
    return pagerduty_double
