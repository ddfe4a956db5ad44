"""People who work in the shop or only buy there, as tests need them."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import insert, update

from system_under_test.accounts.access import AccessTokens
from system_under_test.accounts.identity import Identity, Role, account_owner
from system_under_test.accounts.sign_ins import open_sign_in
from system_under_test.accounts.tables import Account
from system_under_test.app.resources import Shop
from system_under_test.guests.tables import GuestSession
from tests.shop.helpers import Guest


@dataclass(frozen=True)
class Person:
    """Somebody who has signed in, with an access token."""

    identity: Identity
    token: str


def sign_in(shop: Shop, role: Role, name: str = "Wilma Werk") -> Person:
    account_id = uuid.uuid4()
    with shop.database.write() as session:
        session.execute(insert(GuestSession).values(id=account_owner(account_id)))
        session.execute(
            insert(Account).values(
                id=account_id,
                owner_id=account_owner(account_id),
                issuer="https://issuer.example",
                subject=str(account_id),
                email=f"{role}@village.example",
                name=name,
                role=role,
            )
        )
        opened = open_sign_in(session, account_id, role)
    return Person(opened.identity, AccessTokens(shop.settings).issue(opened.identity).value)


def set_role(shop: Shop, person: Person, role: Role) -> None:
    with shop.database.write() as session:
        session.execute(update(Account).where(Account.id == person.identity.account_id).values(role=role))


class Desk(Guest):
    """GraphQL with a person's access token."""

    def __init__(self, client: httpx.Client, person: Person) -> None:
        super().__init__(client)
        self.person = person
        client.headers["Authorization"] = f"Bearer {person.token}"

    def run(self, query: str, **variables: Any) -> dict[str, Any]:
        # Escaped, so that half a surrogate pair gets as far as the shop.
        body = json.dumps({"query": query, "variables": variables})
        response = self.client.post("/graphql", content=body, headers={"Content-Type": "application/json"})
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer
