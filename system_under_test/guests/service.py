"""Guest sessions in the database."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from system_under_test.accounts.identity import is_account_owner
from system_under_test.guests.tables import GuestSession


def remember(session: Session, session_id: str) -> None:
    """Make sure that the guest session has its row.

    Cookies are issued without touching the database; the row comes with the first calendar, so
    visitors who only look around (and crawlers) leave nothing behind. An account has its row from
    the first sign-in until it is deleted: a request that comes too late must not bring it back.
    """
    if is_account_owner(session_id):
        return
    session.execute(insert(GuestSession).values(id=session_id).on_conflict_do_nothing())
