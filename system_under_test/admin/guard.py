"""Administrators only. A request says what a person was when it began; a change asks again, in its transaction."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from system_under_test.accounts.identity import Identity, Role
from system_under_test.accounts.tables import Account, SignIn
from system_under_test.errors import forbidden, unauthenticated


def check_still_admin(session: Session, identity: Identity) -> None:
    """Raise FORBIDDEN for a person who is no longer an administrator, UNAUTHENTICATED for an ended sign-in.

    The lock lets a demotion that is under way finish first, or wait for the change that was begun before it.
    """
    role = session.scalar(
        select(Account.role)
        .join(SignIn, SignIn.account_id == Account.id)
        .where(
            Account.id == identity.account_id,
            SignIn.id == identity.sign_in_id,
            SignIn.revoked_at.is_(None),
            SignIn.expires_at > func.now(),
        )
        .with_for_update(read=True)
    )
    if role is None:
        raise unauthenticated("Your sign-in has ended. Please sign in again.")
    if role != Role.ADMIN:
        raise forbidden()
