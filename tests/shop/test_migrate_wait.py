"""``migrate --wait``: what a rollout waits for."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from system_under_test.db import migrate as migration
from system_under_test.db.engine import make_engine
from system_under_test.settings import DatabaseSettings
from tests.shop.helpers import ROOT

NOWHERE = "postgresql://nobody:secret-word@127.0.0.1:1/none"


@pytest.fixture
def empty(database_url: str) -> Iterator[Engine]:
    """A database of its own that nobody has migrated."""
    server = make_engine(DatabaseSettings(database_url=database_url), pool_size=1)
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("DROP DATABASE IF EXISTS waited WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE waited"))
    url = server.url.set(drivername="postgresql", database="waited").render_as_string(hide_password=False)
    engine = make_engine(DatabaseSettings(database_url=url), pool_size=1)
    yield engine
    engine.dispose()
    server.dispose()


def command(url: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "system_under_test.db.migrate", *options],
        cwd=ROOT,
        env={"SHOP_DATABASE_URL": url},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_it_returns_at_once_when_the_schema_is_at_head(shop_environment: dict[str, str]) -> None:
    found = command(shop_environment["SHOP_DATABASE_URL"], "--wait", "0")
    assert (found.returncode, found.stderr) == (0, "")


def test_it_says_what_is_missing_and_changes_nothing(empty: Engine) -> None:
    url = empty.url.set(drivername="postgresql").render_as_string(hide_password=False)
    found = command(url, "--wait", "0")
    assert found.returncode == 1
    head = migration.head_revision()
    assert found.stderr == f"The schema is at no revision, this release needs {head}: run the migrations.\n"
    with empty.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")) == 0


def test_an_older_schema_is_not_enough(empty: Engine) -> None:
    migration.migrate(empty)
    assert migration.wait_for_schema(empty, 0) is None
    with empty.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    why = migration.wait_for_schema(empty, 0)
    assert why is not None
    assert "is at 0001" in why


def test_a_later_releases_schema_is_enough_and_stays_as_it_is(empty: Engine) -> None:
    migration.migrate(empty)
    with empty.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'of-a-later-release'"))
    assert migration.wait_for_schema(empty, 0) is None
    migration.migrate(empty)
    assert migration.schema_revision(empty) == "of-a-later-release"


def test_it_waits_for_who_migrates_meanwhile(empty: Engine) -> None:
    assert migration.wait_for_schema(empty, 0) is not None
    other = make_engine(
        DatabaseSettings(database_url=empty.url.set(drivername="postgresql").render_as_string(hide_password=False)),
        pool_size=1,
    )
    migrating = threading.Timer(0.3, migration.migrate, (other,))
    migrating.start()
    try:
        assert migration.wait_for_schema(empty, 30) is None
    finally:
        migrating.join()
        other.dispose()


def test_a_missing_database_is_told_without_its_password() -> None:
    found = command(NOWHERE, "--wait", "0")
    assert (found.returncode, found.stderr) == (1, "The database cannot be reached: check SHOP_DATABASE_URL.\n")


@pytest.mark.parametrize("options", [("--wait", "soon"), ("--wait", "-1"), ("--wait", "nan"), ("--wait", "1", "--sql")])
def test_wrong_options_are_refused(options: tuple[str, ...]) -> None:
    found = command(NOWHERE, *options)
    assert found.returncode == 2
    assert "Traceback" not in found.stderr
