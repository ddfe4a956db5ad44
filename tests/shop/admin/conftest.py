"""An administrator, a customer, and a shop with some weeks of business behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest

from system_under_test.accounts.identity import Role
from system_under_test.admin.demo_data.rows import Rows
from system_under_test.admin.demo_data.write import write_story
from system_under_test.app.resources import Shop
from tests.shop.admin.staff import Desk, Person, sign_in

UNTIL = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)


@pytest.fixture
def admin(shop: Shop) -> Person:
    return sign_in(shop, Role.ADMIN)


@pytest.fixture
def customer(shop: Shop) -> Person:
    return sign_in(shop, Role.CUSTOMER, "Klara Kundin")


@pytest.fixture
def desk(new_client: Callable[[], httpx.Client], admin: Person) -> Desk:
    return Desk(new_client(), admin)


@pytest.fixture
def customer_desk(new_client: Callable[[], httpx.Client], customer: Person) -> Desk:
    return Desk(new_client(), customer)


@pytest.fixture
def story(shop: Shop) -> Rows:
    """Seventy orders of three weeks, in every state."""
    with shop.database.write() as session:
        return write_story(session, orders=70, days=21, seed=4, until=UNTIL)
