"""Services and clients for the tests of the shop: real PostgreSQL and Valkey, the storage double."""

from __future__ import annotations

import io
import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import text

from harness.targets.embedded import running_postgres, running_valkey
from system_under_test.app.factory import create_app
from system_under_test.app.resources import Shop
from system_under_test.db.engine import make_engine
from system_under_test.db.migrate import migrate
from system_under_test.settings import AppSettings, DatabaseSettings
from tests.shop.helpers import Guest, free_port, running_double, shop_logging, wait_until


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_postgres(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(scope="session")
def queue_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_valkey(tmp_path_factory.mktemp("valkey")) as url:
        yield url


@pytest.fixture(scope="session")
def storage_endpoint() -> Iterator[str]:
    with running_double("storage", ready="/") as url:
        yield url


@pytest.fixture(scope="session")
def shop_environment(database_url: str, queue_url: str, storage_endpoint: str) -> dict[str, str]:
    """The settings of the shop as environment variables, with a migrated database behind them."""
    engine = make_engine(DatabaseSettings(database_url=database_url), pool_size=1)
    migrate(engine)
    engine.dispose()
    return {
        "SHOP_DATABASE_URL": database_url,
        "SHOP_QUEUE_URL": queue_url,
        "SHOP_STORAGE_ENDPOINT": storage_endpoint,
        "SHOP_STORAGE_ACCESS_KEY": "access",
        "SHOP_STORAGE_SECRET_KEY": "secret-key",
        "SHOP_ENVIRONMENT": "test",
        "SHOP_SESSION_SECRET": "a-secret-for-tests-only",
        "SHOP_TOKEN_SECRET": "another-secret-for-tests",
        "SHOP_LINK_SECRET": "a-third-secret-for-tests",
        "SHOP_PUBLIC_URL": "http://127.0.0.1:8000",
        "SHOP_OIDC_ISSUER": "http://127.0.0.1:9",
        "SHOP_OIDC_CLIENT_ID": "village-calendar.apps.example",
        "SHOP_OIDC_CLIENT_SECRET": "double-client-secret",
        "SHOP_STRIPE_API_BASE": "http://127.0.0.1:9",
        "SHOP_STRIPE_API_KEY": "sk_test_village",
        "SHOP_STRIPE_WEBHOOK_SECRET": "whsec_village_calendar",
        "SHOP_SMTP_HOST": "127.0.0.1",
        "SHOP_SMTP_PORT": "9",
        "SHOP_SMTP_SECURITY": "none",
        "SHOP_POOL_SIZE": "4",
        # All tests come from one address; those of the limits switch them on.
        "SHOP_RATE_LIMITS": "false",
        "SHOP_DRAIN_DELAY": "0",
    }


@pytest.fixture(scope="session")
def process_environment(shop_environment: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SHOP_")}
    return {**kept, **shop_environment, "PYTHONUNBUFFERED": "1"}


@pytest.fixture(scope="session")
def settings(shop_environment: dict[str, str]) -> AppSettings:
    values: dict[str, Any] = {k.removeprefix("SHOP_").lower(): v for k, v in shop_environment.items()}
    return AppSettings(**values)


class RunningApp:
    """The application in a thread of the test process, behind real HTTP."""

    def __init__(self, application: FastAPI, port: int | None = None) -> None:
        self.shop: Shop = application.state.shop
        port = port or free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._server = uvicorn.Server(
            uvicorn.Config(application, port=port, log_config=None, ws="none", server_header=False, proxy_headers=False)
        )
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def __enter__(self) -> RunningApp:
        self._thread.start()
        wait_until(lambda: self._server.started)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)


@pytest.fixture(scope="session")
def app(settings: AppSettings) -> Iterator[RunningApp]:
    with RunningApp(create_app(settings)) as running:
        yield running


@pytest.fixture
def shop(app: RunningApp) -> Shop:
    with app.shop.housekeeping.write() as session:
        session.execute(text("TRUNCATE sessions, pdf_jobs, outbox, webhook_events, audit_log, feature_flags CASCADE"))
    app.shop.broker.flush_all()
    return app.shop


@pytest.fixture
def shop_log() -> Iterator[Callable[[], str]]:
    """Log as the shop's processes do; the function returns all that was written."""
    lines = io.StringIO()
    with shop_logging():
        handler = logging.getLogger().handlers[0]
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(lines)
        yield lines.getvalue


@pytest.fixture
def new_client(app: RunningApp, shop: Shop) -> Iterator[Callable[[], httpx.Client]]:
    """Make a browser without cookies; two of them are two guests."""
    with ExitStack() as opened:
        yield lambda: opened.enter_context(httpx.Client(base_url=app.url, timeout=20))


@pytest.fixture
def client(new_client: Callable[[], httpx.Client]) -> httpx.Client:
    return new_client()


@pytest.fixture
def guest(client: httpx.Client) -> Guest:
    return Guest(client)


@pytest.fixture
def other_guest(new_client: Callable[[], httpx.Client]) -> Guest:
    return Guest(new_client())
