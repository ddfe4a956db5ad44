"""Who acts: the guest of a browser, or a person who signed in."""

import uuid
from dataclasses import dataclass
from enum import StrEnum

from system_under_test.errors import forbidden, unauthenticated

_OF_ACCOUNT = "account:"


class Role(StrEnum):
    """What an account may do."""

    CUSTOMER = "customer"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Identity:
    """A person, as an access token or the cookie of a sign-in names them."""

    account_id: uuid.UUID
    sign_in_id: uuid.UUID
    role: Role

    @property
    def owner(self) -> str:
        """What owns the person's calendars, cart and orders."""
        return account_owner(self.account_id)


def account_owner(account_id: uuid.UUID) -> str:
    """Return the owner id of an account; the colon cannot occur in the id of a guest's session."""
    return f"{_OF_ACCOUNT}{account_id}"


def is_account_owner(owner: str) -> bool:
    """Tell an account's owner id from a guest's."""
    return owner.startswith(_OF_ACCOUNT)


def require_person(identity: Identity | None) -> Identity:
    """Return ``identity``; raises UNAUTHENTICATED for a guest."""
    if identity is None:
        raise unauthenticated()
    return identity


def require_admin(identity: Identity | None) -> Identity:
    """Return ``identity``; raises UNAUTHENTICATED for a guest and FORBIDDEN for a customer."""
    person = require_person(identity)
    if person.role is not Role.ADMIN:
        raise forbidden()
    return person
