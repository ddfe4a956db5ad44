"""A shop with the Stripe double behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest

from system_under_test.settings import AppSettings
from tests.shop.payments.till import EVERY_TABLE, Customer, Stripe, Till, running_till


# For a module, not longer: the relay of this shop would empty the outbox under the tests of others.
@pytest.fixture(scope="module")
def till_of_module(settings: AppSettings) -> Iterator[Till]:
    with running_till(settings) as till:
        yield till


@pytest.fixture
def till(till_of_module: Till) -> Till:
    """Shop and double without memory of other tests."""
    till_of_module.stripe.reset()
    till_of_module.rows(EVERY_TABLE)
    till_of_module.shop.broker.flush_all()
    return till_of_module


@pytest.fixture
def provider(till: Till) -> Stripe:
    return till.stripe


@pytest.fixture
def new_customer(till: Till) -> Iterator[Callable[[], Customer]]:
    """Make customers, each with a browser of their own."""
    with ExitStack() as opened:
        yield lambda: Customer(opened.enter_context(httpx.Client(base_url=till.url, timeout=20)))


@pytest.fixture
def customer(new_customer: Callable[[], Customer]) -> Customer:
    return new_customer()


@pytest.fixture
def other(new_customer: Callable[[], Customer]) -> Customer:
    return new_customer()
