"""Feature flags: declared in code, set by administrators, read with a short cache."""

import threading
import time
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import event, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from system_under_test.db.engine import Database
from system_under_test.errors import not_found, unavailable
from system_under_test.flags.declared import DECLARED
from system_under_test.flags.tables import FeatureFlag
from system_under_test.telemetry.logs import describe_fault, get_logger

log = get_logger(__name__)

KEEP_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class FlagData:
    """A flag as it is now. ``updated_at`` and ``updated_by`` are None as long as nobody has set it."""

    name: str
    enabled: bool
    default: bool
    description: str
    updated_at: datetime | None
    updated_by: uuid.UUID | None


def list_flags(session: Session) -> list[FlagData]:
    """Return all declared flags by name, read from the database and not from a cache."""
    rows = {
        row.name: row
        for row in session.execute(
            select(FeatureFlag.name, FeatureFlag.enabled, FeatureFlag.updated_at, FeatureFlag.updated_by)
        )
    }
    found = []
    for name, flag in sorted(DECLARED.items()):
        row = rows.get(name)
        found.append(
            FlagData(
                name,
                row.enabled if row else flag.default,
                flag.default,
                flag.description,
                row.updated_at if row else None,
                row.updated_by if row else None,
            )
        )
    return found


class Flags:
    """The flags of one process: what was read is good for two seconds, and longer while the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._values = {name: flag.default for name, flag in DECLARED.items()}
        self._read_again = 0.0
        self._reading = threading.Lock()
        self._failing = False

    def enabled(self, name: str) -> bool:
        """Return whether the flag is on; raises KeyError for one that is not declared."""
        return self.all()[name]

    def require(self, name: str) -> None:
        """Raise UNAVAILABLE, with the flag's own sentence for customers, while the flag is off."""
        if not self.enabled(name):
            raise unavailable(DECLARED[name].refusal)

    def all(self) -> dict[str, bool]:
        """Return every flag, as it was at most two seconds ago or when the database was last there."""
        # One caller reads, the others go on with what is known: an outage holds up nobody twice.
        if time.monotonic() >= self._read_again and self._reading.acquire(blocking=False):
            try:
                self._values = self._read()
                self._failing = False
            except SQLAlchemyError as fault:
                if not self._failing:
                    log.warning("flags_unread", error=describe_fault(fault))
                self._failing = True
            finally:
                self._read_again = time.monotonic() + KEEP_SECONDS
                self._reading.release()
        return self._values

    def set(self, session: Session, name: str, enabled: bool, account_id: uuid.UUID) -> None:
        """Set a flag in the caller's transaction; raises NOT_FOUND for one that is not declared.

        This process sees the new value once the transaction is committed, the others within two seconds.
        """
        if name not in DECLARED:
            raise not_found("feature flag")
        row = insert(FeatureFlag).values(name=name, enabled=enabled, updated_by=account_id)
        session.execute(
            row.on_conflict_do_update(
                index_elements=[FeatureFlag.name],
                set_={"enabled": enabled, "updated_by": account_id, "updated_at": func.now()},
            )
        )
        event.listen(session, "after_commit", lambda _: self.forget(), once=True)

    def forget(self) -> None:
        """Read again when next asked."""
        self._read_again = 0.0

    def _read(self) -> dict[str, bool]:
        with self._database.read() as session:
            rows = session.execute(select(FeatureFlag.name, FeatureFlag.enabled)).all()
        return {name: flag.default for name, flag in DECLARED.items()} | {
            row.name: row.enabled for row in rows if row.name in DECLARED
        }
