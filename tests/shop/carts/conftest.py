"""A guest who fills a cart; no payment provider is needed."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from tests.shop.payments.till import Customer


@pytest.fixture
def customer(new_client: Callable[[], httpx.Client]) -> Customer:
    return Customer(new_client())


@pytest.fixture
def other(new_client: Callable[[], httpx.Client]) -> Customer:
    return Customer(new_client())
