"""A shop whose provider is the running Google double."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest
from sqlalchemy import text

from system_under_test.app.factory import create_app
from system_under_test.app.resources import Shop
from system_under_test.settings import AppSettings
from tests.shop.accounts.people import Google, Person
from tests.shop.conftest import RunningApp
from tests.shop.helpers import free_port, running_double

NewPerson = Callable[[], Person]


@pytest.fixture(scope="session")
def account_port() -> int:
    return free_port()


@pytest.fixture(scope="session")
def google_double(account_port: int) -> Iterator[Google]:
    redirect = f"http://127.0.0.1:{account_port}/auth/google/callback"
    with running_double("google", "--redirect-uri", redirect) as url:
        yield Google(url)


@pytest.fixture
def google(google_double: Google) -> Google:
    google_double.control("reset")
    return google_double


@pytest.fixture(scope="session")
def account_settings(settings: AppSettings, google_double: Google, account_port: int) -> AppSettings:
    changes = {"public_url": f"http://127.0.0.1:{account_port}", "oidc_issuer": google_double.url, "rate_limits": False}
    return settings.model_copy(update=changes)


# For a module, not longer: the relay of this shop would empty the outbox under the tests of others.
@pytest.fixture(scope="module")
def account_app(account_settings: AppSettings, account_port: int) -> Iterator[RunningApp]:
    with RunningApp(create_app(account_settings), account_port) as running:
        yield running


@pytest.fixture
def account_shop(account_app: RunningApp) -> Shop:
    with account_app.shop.housekeeping.write() as session:
        session.execute(text("TRUNCATE sessions, pdf_jobs, outbox, webhook_events, audit_log, feature_flags CASCADE"))
    account_app.shop.broker.flush_all()
    return account_app.shop


@pytest.fixture
def new_person(account_app: RunningApp, account_shop: Shop, google: Google) -> Iterator[NewPerson]:
    """Make a browser without cookies."""
    with ExitStack() as opened:
        yield lambda: Person(opened.enter_context(httpx.Client(base_url=account_app.url, timeout=20)), google)


@pytest.fixture
def person(new_person: NewPerson) -> Person:
    return new_person()
