"""GraphQL types, queries and mutations of accounts."""

from datetime import UTC, datetime
from enum import Enum

import strawberry

from system_under_test.accounts import deletion, service, sign_ins
from system_under_test.accounts.identity import require_person
from system_under_test.context import ShopInfo
from system_under_test.telemetry.logs import get_logger

log = get_logger(__name__)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


@strawberry.enum(name="Role", description="What an account may do.")
class RoleChoice(Enum):
    """Roles in the API."""

    CUSTOMER = "customer"
    ADMIN = "admin"


@strawberry.type(name="Me", description="The person who signed in.")
class MeType:
    """An account as its person may see it."""

    id: strawberry.ID
    email: str
    name: str
    role: RoleChoice
    created_at: str = strawberry.field(description="ISO 8601, UTC.")

    @classmethod
    def of(cls, data: service.AccountData) -> "MeType":
        """Wrap an account."""
        return cls(
            id=strawberry.ID(str(data.id)),
            email=data.email,
            name=data.name,
            role=RoleChoice(data.role),
            created_at=_utc(data.created_at),
        )


@strawberry.type(name="SignIn", description="A browser that is signed in.")
class SignInType:
    """A sign-in as its person may see it."""

    id: strawberry.ID
    created_at: str = strawberry.field(description="ISO 8601, UTC.")
    current: bool = strawberry.field(description="True for the sign-in of this request.")


@strawberry.input
class UpdateProfileInput:
    """Changes of the profile."""

    name: str


@strawberry.type
class AccountQuery:
    """Queries of the accounts domain."""

    @strawberry.field
    def me(self, info: ShopInfo) -> MeType | None:
        """Return the person; null for a guest."""
        identity = info.context.identity
        if identity is None:
            return None
        with info.context.database.read() as session:
            return MeType.of(service.get_account(session, identity.account_id))

    @strawberry.field
    def my_sign_ins(self, info: ShopInfo) -> list[SignInType]:
        """Return the browsers that are signed in, newest first; UNAUTHENTICATED for a guest."""
        identity = require_person(info.context.identity)
        with info.context.database.read() as session:
            found = sign_ins.list_sign_ins(session, identity.account_id)
        return [
            SignInType(
                id=strawberry.ID(str(data.id)),
                created_at=_utc(data.created_at),
                current=data.id == identity.sign_in_id,
            )
            for data in found
        ]


@strawberry.type
class AccountMutation:
    """Mutations of the accounts domain; UNAUTHENTICATED for guests."""

    @strawberry.mutation
    def update_profile(self, info: ShopInfo, input: UpdateProfileInput) -> MeType:
        """Change the name."""
        identity = require_person(info.context.identity)
        with info.context.database.write() as session:
            return MeType.of(service.rename(session, identity.account_id, input.name))

    @strawberry.mutation
    def sign_out_everywhere(self, info: ShopInfo) -> bool:
        """End every sign-in of the account at once, this one too."""
        identity = require_person(info.context.identity)
        with info.context.database.write() as session:
            sign_ins.revoke_all(session, identity.account_id, "signed out everywhere")
        return True

    @strawberry.mutation
    def delete_account(self, info: ShopInfo, confirm_email: str) -> bool:
        """Delete the account with all that is in it; CONFLICT while a paid order waits to be sent."""
        identity = require_person(info.context.identity)
        with info.context.database.write() as session:
            deletion.delete_account(session, identity.account_id, confirm_email)
        log.info("account_deleted")
        info.context.wake_relay()
        return True
