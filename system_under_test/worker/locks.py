"""One at a time, across all processes of the shop: advisory locks of PostgreSQL."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from system_under_test.db.engine import Database


def lock_key(name: str) -> int:
    """Return the 64-bit number of the lock called ``name``."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)


@contextmanager
def holding(database: Database, name: str) -> Iterator[bool]:
    """Hold the lock called ``name`` within the block; yield False at once when somebody else holds it.

    The lock belongs to a connection of its own, without a transaction: the work may take long, and the server
    frees the lock by itself when the process dies. Raises SQLAlchemyError when the database is away.
    """
    key = lock_key(name)
    with database.engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        mine = bool(connection.scalar(select(func.pg_try_advisory_lock(key))))
        try:
            yield mine
        finally:
            if mine:
                try:
                    connection.scalar(select(func.pg_advisory_unlock(key)))
                except SQLAlchemyError:
                    # Never back into the pool with the lock on it.
                    connection.invalidate()
