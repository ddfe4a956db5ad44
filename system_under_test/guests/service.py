"""Guest sessions in the database."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from system_under_test.guests.tables import GuestSession


def remember(session: Session, session_id: str) -> None:
    """Make sure that the guest session has its row.

    Cookies are issued without touching the database; the row comes with the first calendar, so
    visitors who only look around (and crawlers) leave nothing behind.
    """
    session.execute(insert(GuestSession).values(id=session_id).on_conflict_do_nothing())
