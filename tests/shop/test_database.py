"""Statements per operation, the pool's limits, and that migrations and tables agree."""

from __future__ import annotations

import threading
import time

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from system_under_test.app.resources import Shop
from system_under_test.db.engine import Database, driver_url
from system_under_test.db.migrate import migrate
from system_under_test.db.tables import Base
from system_under_test.settings import AppSettings, DatabaseSettings
from tests.shop.helpers import ADD, CALENDAR, CALENDARS, CREATE, REQUEST_PDF, Guest, counted, wait_until


def test_one_query_for_the_events_of_all_calendars(guest: Guest, shop: Shop) -> None:
    for _ in range(5):
        guest.add(guest.new_calendar())
    with counted(shop) as statements:
        found = guest.data("query Calendars { calendars { id events { id text } } }")["calendars"]
    assert [len(calendar["events"]) for calendar in found] == [1] * 5
    assert len(statements) == 2


def test_statements_do_not_grow_with_the_number_of_events(guest: Guest, shop: Shop) -> None:
    calendar_id = guest.new_calendar()
    counts = []
    for size in (1, 20):
        for _ in range(size):
            guest.add(calendar_id)
        with counted(shop) as statements:
            guest.data(CALENDAR, id=calendar_id)
        counts.append(len(statements))
    assert counts == [2, 2]


def test_mutations_stay_small(guest: Guest, shop: Shop) -> None:
    with counted(shop) as statements:
        guest.data(CREATE, input={"templateSlug": "garden-year"})
    assert len(statements) <= 6
    calendar_id = guest.new_calendar()
    with counted(shop) as statements:
        guest.data(ADD, calendarId=calendar_id, input={"date": "2027-01-01", "text": "x"})
    assert len(statements) <= 3
    with counted(shop) as statements:
        guest.data(REQUEST_PDF, id=calendar_id)
    assert len(statements) <= 4


def test_hot_queries_use_their_index(shop: Shop) -> None:
    with shop.housekeeping.read() as session:
        session.execute(text("SET enable_seqscan = off"))
        for statement, index in (
            ("SELECT 1 FROM calendars WHERE session_id = 'x'", "ix_calendars_session_id_created_at"),
            ("SELECT 1 FROM events WHERE calendar_id = gen_random_uuid()", "calendar_id"),
            ("SELECT 1 FROM pdf_jobs WHERE calendar_id = gen_random_uuid()", "calendar_id"),
        ):
            plan = "\n".join(session.scalars(text(f"EXPLAIN {statement}")))
            assert "Seq Scan" not in plan, statement
            assert index in plan
        session.execute(text("SET enable_seqscan = on"))


def test_pool_has_a_hard_limit_and_counts_who_waits(settings: AppSettings) -> None:
    database = Database(settings.model_copy(update={"pool_size": 1, "pool_timeout": 0.5}))
    refused: list[Exception] = []

    def second() -> None:
        try:
            with database.read() as session:
                session.execute(text("SELECT 1"))
        except PoolTimeoutError as error:
            refused.append(error)

    with database.read() as session:
        session.execute(text("SELECT 1"))
        assert (database.pool.size(), database.pool.checkedout()) == (1, 1)
        thread = threading.Thread(target=second)
        thread.start()
        wait_until(lambda: database.pool.waiting == 1)
        thread.join()
    assert len(refused) == 1
    assert database.pool.waiting == 0
    assert database.pool.checkedout() == 0
    database.dispose()


def test_long_statement_is_ended_by_the_server(settings: AppSettings) -> None:
    database = Database(settings.model_copy(update={"statement_timeout": 0.2}), pool_size=1)
    started = time.monotonic()
    with pytest.raises(DBAPIError, match="statement timeout"), database.read() as session:
        session.execute(text("SELECT pg_sleep(5)"))
    assert time.monotonic() - started < 3
    database.dispose()


def test_connections_closed_by_the_server_are_replaced(settings: AppSettings) -> None:
    database = Database(settings, pool_size=2)
    with database.read() as first, database.read() as second:
        pids = [s.scalar(text("SELECT pg_backend_pid()")) for s in (first, second)]
    admin = Database(settings, pool_size=1)
    with admin.read() as session:
        for pid in pids:
            session.execute(text("SELECT pg_terminate_backend(:pid, 2000)"), {"pid": pid})
    for _ in range(3):
        with database.read() as session:
            assert session.scalar(text("SELECT 1")) == 1
    database.dispose()
    admin.dispose()


def test_migrations_and_tables_agree(shop: Shop) -> None:
    with shop.housekeeping.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": False})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_again_changes_nothing(shop: Shop, guest: Guest) -> None:
    guest.new_calendar()
    migrate(shop.housekeeping.engine)
    assert len(guest.data(CALENDARS)["calendars"]) == 1


def test_driver_is_chosen_and_the_password_kept() -> None:
    url = driver_url("postgresql://user:p%40ss@127.0.0.1:5432/shop")
    assert url.drivername == "postgresql+psycopg"
    assert url.password == "p@ss"  # noqa: S105 - made up for this test
    assert driver_url("postgres://u@h/d").drivername == "postgresql+psycopg"


def test_settings_reach_the_server(settings: AppSettings) -> None:
    database = Database(DatabaseSettings(database_url=settings.database_url, lock_timeout=1.5), pool_size=1)
    with database.read() as session:
        assert session.scalar(text("SHOW lock_timeout")) == "1500ms"
        assert session.scalar(text("SHOW statement_timeout")) == "5s"
    database.dispose()
