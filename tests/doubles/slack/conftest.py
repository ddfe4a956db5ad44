"""A running Slack double for the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from system_under_test.doubles.slack.app import create_app
from system_under_test.doubles.slack.workspace import SlackSettings
from tests.doubles.kit.running import Double, running

SETTINGS = SlackSettings(
    channels=("alerts", "orders"),
    webhooks=(("T0TEAM/B0ALERTS/secret-a", "alerts"), ("T0TEAM/B0ORDERS/secret-o", "orders")),
    tokens=("xoxb-test",),
    size_limit=200_000,
    max_messages=50,
    max_bytes=1_000_000,
)


@pytest.fixture(scope="package")
def slack_double() -> Iterator[Double]:
    with running(create_app(SETTINGS)) as double:
        yield double


@pytest.fixture
def slack(slack_double: Double) -> Double:
    slack_double.reset()
    return slack_double
