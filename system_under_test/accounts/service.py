"""Accounts in the database: signing in, the profile."""

import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session

from system_under_test.accounts.id_token import Person
from system_under_test.accounts.identity import Role, account_owner
from system_under_test.accounts.merge import merge_guest
from system_under_test.accounts.sign_ins import OpenedSignIn, open_sign_in, revoke
from system_under_test.accounts.tables import Account
from system_under_test.errors import unauthenticated
from system_under_test.guests.tables import GuestSession
from system_under_test.text import clean_line

NAME_LENGTH = 100  # characters after trimming


@dataclass(frozen=True, slots=True)
class AccountData:
    """An account as its person may see it."""

    id: uuid.UUID
    email: str
    name: str
    role: Role
    created_at: datetime


def sign_in(
    session: Session, person: Person, guest_id: str | None, replaced_sign_in_id: uuid.UUID | None = None
) -> OpenedSignIn:
    """Sign a person in: account made or brought up to date, the guest's things moved in, a new sign-in begun.

    All in the caller's transaction; two at once for the same person happen one after the other.
    ``replaced_sign_in_id`` is the sign-in that this browser had until now.
    """
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 7204))"),
        {"key": f"{person.issuer}\n{person.subject}"},
    )
    account_id = _account_of(session, person)
    if guest_id is not None:
        merge_guest(session, guest_id, account_owner(account_id))
    if replaced_sign_in_id is not None:
        revoke(session, replaced_sign_in_id, "the browser signed in again")
    return open_sign_in(session, account_id, _role_of(person))


def _role_of(person: Person) -> Role:
    return Role.ADMIN if person.is_admin else Role.CUSTOMER


def _account_of(session: Session, person: Person) -> uuid.UUID:
    # The provider's word on e-mail and role counts at each sign-in; the name is the person's own to change.
    known: uuid.UUID | None = session.scalar(
        update(Account)
        .where(Account.issuer == person.issuer, Account.subject == person.subject)
        .values(email=person.email, role=_role_of(person), updated_at=func.now())
        .returning(Account.id)
    )
    if known is not None:
        return known
    account_id = uuid.uuid4()
    owner = account_owner(account_id)
    session.execute(insert(GuestSession).values(id=owner))
    session.execute(
        insert(Account).values(
            id=account_id,
            owner_id=owner,
            issuer=person.issuer,
            subject=person.subject,
            email=person.email,
            name=first_name(person),
            role=_role_of(person),
        )
    )
    return account_id


def first_name(person: Person) -> str:
    """Return the name with which an account begins: the provider's, as far as it can be printed."""
    printable = "".join(c for c in person.name if unicodedata.category(c)[0] != "C")
    return " ".join(printable.split())[:NAME_LENGTH].strip() or person.email.partition("@")[0][:NAME_LENGTH]


def get_account(session: Session, account_id: uuid.UUID) -> AccountData:
    """Return the account; raises UNAUTHENTICATED when it was deleted meanwhile."""
    row = session.execute(
        select(Account.id, Account.email, Account.name, Account.role, Account.created_at).where(
            Account.id == account_id
        )
    ).one_or_none()
    if row is None:
        raise unauthenticated()
    return AccountData(row.id, row.email, row.name, Role(row.role), row.created_at)


def rename(session: Session, account_id: uuid.UUID, name: str) -> AccountData:
    """Change the name; raises BAD_INPUT."""
    cleaned = clean_line(name, NAME_LENGTH, "name")
    session.execute(update(Account).where(Account.id == account_id).values(name=cleaned, updated_at=func.now()))
    return get_account(session, account_id)
