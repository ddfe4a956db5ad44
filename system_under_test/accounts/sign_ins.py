"""Sign-ins and their refresh tokens in the database."""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from system_under_test.accounts.identity import Identity, Role
from system_under_test.accounts.tables import Account, RefreshToken, SignIn

SIGN_IN_SECONDS = 30 * 24 * 3600
# Asked with every request of a person: built once, and over the tables themselves (see calendars/service.py).
_ACCOUNTS, _SIGN_INS = Account.__table__.c, SignIn.__table__.c
_FIND = (
    select(_ACCOUNTS.id, _ACCOUNTS.role)
    .join_from(Account.__table__, SignIn.__table__, _SIGN_INS.account_id == _ACCOUNTS.id)
    .where(
        _SIGN_INS.id == bindparam("sign_in_id"),
        _SIGN_INS.revoked_at.is_(None),
        _SIGN_INS.expires_at > func.now(),
    )
)


@dataclass(frozen=True, slots=True)
class OpenedSignIn:
    """A sign-in with a refresh token that nobody has used; it lasts for ``seconds`` more."""

    identity: Identity
    refresh_token: str
    seconds: float


@dataclass(frozen=True, slots=True)
class SignInData:
    """A sign-in that holds, as its person may see it."""

    id: uuid.UUID
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a refresh token was not taken; ``reused`` when it had been used before, so that somebody has a copy."""

    reused: bool


def digest(token: str) -> str:
    """Return the SHA-256 (hex) of a token: all that is stored of it."""
    return hashlib.sha256(token.encode()).hexdigest()


def _new_token(session: Session, sign_in_id: uuid.UUID) -> str:
    token = secrets.token_urlsafe(32)
    session.execute(insert(RefreshToken).values(digest=digest(token), sign_in_id=sign_in_id))
    return token


def open_sign_in(session: Session, account_id: uuid.UUID, role: Role) -> OpenedSignIn:
    """Begin a sign-in; the account's expired ones are forgotten."""
    session.execute(delete(SignIn).where(SignIn.account_id == account_id, SignIn.expires_at <= func.now()))
    sign_in_id = uuid.uuid4()
    session.execute(
        insert(SignIn).values(
            id=sign_in_id, account_id=account_id, expires_at=func.now() + timedelta(seconds=SIGN_IN_SECONDS)
        )
    )
    return OpenedSignIn(Identity(account_id, sign_in_id, role), _new_token(session, sign_in_id), SIGN_IN_SECONDS)


def find_identity(session: Session, sign_in_id: uuid.UUID) -> Identity | None:
    """Return who signed in; None when the sign-in has expired or was revoked. One query, by primary keys."""
    row = session.execute(_FIND, {"sign_in_id": sign_in_id}).one_or_none()
    return None if row is None else Identity(row.id, sign_in_id, Role(row.role))


def rotate(session: Session, token: str) -> OpenedSignIn | Refusal:
    """Use a refresh token up and return its successor.

    A token that was used before revokes its whole sign-in: either the browser or a thief holds a copy, and
    nobody can tell which. Nothing is raised, so that the caller's transaction keeps the revocation.
    """
    key = digest(token)
    # Of two that come at once, one updates the row and the other finds it used.
    sign_in_id = session.scalar(
        update(RefreshToken)
        .where(RefreshToken.digest == key, RefreshToken.used_at.is_(None))
        .values(used_at=func.now())
        .returning(RefreshToken.sign_in_id)
    )
    if sign_in_id is None:
        sign_in_id = session.scalar(select(RefreshToken.sign_in_id).where(RefreshToken.digest == key))
        if sign_in_id is not None:
            revoke(session, sign_in_id, "a refresh token was used twice")
        return Refusal(reused=sign_in_id is not None)
    identity = find_identity(session, sign_in_id)
    if identity is None:
        return Refusal(reused=False)
    left = session.scalar(select(func.extract("epoch", SignIn.expires_at - func.now())).where(SignIn.id == sign_in_id))
    return OpenedSignIn(identity, _new_token(session, sign_in_id), float(left or 0))


def revoke(session: Session, sign_in_id: uuid.UUID, because: str) -> bool:
    """End a sign-in at once; return whether it had held until now."""
    return bool(
        session.scalars(
            update(SignIn)
            .where(SignIn.id == sign_in_id, SignIn.revoked_at.is_(None))
            .values(revoked_at=func.now(), revoked_because=because)
            .returning(SignIn.id)
        ).all()
    )


def revoke_by_token(session: Session, token: str, because: str) -> None:
    """End the sign-in to which a refresh token belongs, if there is one."""
    sign_in_id = session.scalar(select(RefreshToken.sign_in_id).where(RefreshToken.digest == digest(token)))
    if sign_in_id is not None:
        revoke(session, sign_in_id, because)


def revoke_all(session: Session, account_id: uuid.UUID, because: str) -> None:
    """End every sign-in of an account at once."""
    session.execute(
        update(SignIn)
        .where(SignIn.account_id == account_id, SignIn.revoked_at.is_(None))
        .values(revoked_at=func.now(), revoked_because=because)
    )


def list_sign_ins(session: Session, account_id: uuid.UUID) -> list[SignInData]:
    """Return the sign-ins that hold, newest first."""
    rows = session.execute(
        select(SignIn.id, SignIn.created_at)
        .where(SignIn.account_id == account_id, SignIn.revoked_at.is_(None), SignIn.expires_at > func.now())
        .order_by(SignIn.created_at.desc(), SignIn.id)
    )
    return [SignInData(*row) for row in rows]
