"""The connection to PostgreSQL: one bounded pool per process, with limits on every statement."""

import select
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import psycopg
from sqlalchemy import Engine, QueuePool, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from system_under_test.settings import DatabaseSettings


class MeasuredPool(QueuePool):
    """A queue pool that knows how many callers wait for a connection at this moment."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._waiting = 0
        self._waiting_lock = threading.Lock()

    @property
    def waiting(self) -> int:
        """Callers that found every connection in use and stand in the queue."""
        return self._waiting

    def _do_get(self) -> ConnectionPoolEntry:
        if self.checkedout() < self.size():
            return super()._do_get()
        with self._waiting_lock:
            self._waiting += 1
        try:
            return super()._do_get()
        finally:
            with self._waiting_lock:
                self._waiting -= 1


def driver_url(database_url: str) -> URL:
    """Return ``database_url`` (``postgresql://…``) with the psycopg 3 driver chosen."""
    return make_url(database_url.replace("postgres://", "postgresql://", 1)).set(drivername="postgresql+psycopg")


def make_engine(settings: DatabaseSettings, *, pool_size: int | None = None) -> Engine:
    """Create the engine of a process; connects lazily, so a missing database raises only on use."""
    options = (
        f"-c statement_timeout={int(settings.statement_timeout * 1000)}"
        f" -c lock_timeout={int(settings.lock_timeout * 1000)}"
        f" -c idle_in_transaction_session_timeout={int(settings.statement_timeout * 2000)}"
    )
    engine = create_engine(
        driver_url(settings.database_url),
        poolclass=MeasuredPool,
        pool_size=pool_size or settings.pool_size,
        max_overflow=0,
        pool_timeout=settings.pool_timeout,
        pool_recycle=1800,
        pool_use_lifo=True,
        # Statement values are customers' texts: keep them out of messages and logs.
        hide_parameters=True,
        connect_args={"options": options, "connect_timeout": 3, "application_name": "village-calendar"},
    )
    event.listen(engine, "checkout", _refuse_dead_connection)
    return engine


def _refuse_dead_connection(connection: psycopg.Connection, *_: object) -> None:
    # A healthy idle connection has nothing to say. When its socket is readable, the server has
    # closed it (a restart): the pool then replaces all of its connections. This costs no round
    # trip, where pool_pre_ping costs three per request.
    poll = select.poll()
    poll.register(connection.pgconn.socket, select.POLLIN)
    if connection.closed or poll.poll(0):
        raise InvalidatePoolError("the server has closed the connection")


class Database:
    """The two ways to talk to PostgreSQL: reading without a transaction, writing inside one."""

    def __init__(self, settings: DatabaseSettings, *, pool_size: int | None = None) -> None:
        self.engine = make_engine(settings, pool_size=pool_size)
        # Reads of one request need no transaction; autocommit saves BEGIN and ROLLBACK round trips.
        self._reader = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @property
    def pool(self) -> MeasuredPool:
        """The pool, for its gauges."""
        return cast("MeasuredPool", self.engine.pool)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Yield a session in autocommit mode; the connection returns to the pool at the end."""
        with Session(self._reader, autoflush=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Yield a session inside one transaction: committed at the end, rolled back on an error."""
        with Session(self.engine, autoflush=False) as session, session.begin():
            yield session

    def dispose(self) -> None:
        """Close all idle connections."""
        self.engine.dispose()
