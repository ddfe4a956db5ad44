"""People who sign in, as programs: the way through the provider without a browser, then GraphQL with a token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.shop.helpers import Guest

ANNA = "anna.becker@example.org"
ME = "query Me { me { id email name role createdAt } }"
SIGN_INS = "query MySignIns { mySignIns { id createdAt current } }"
EVERYWHERE = "mutation SignOutEverywhere { signOutEverywhere }"
RENAME_ME = "mutation UpdateProfile($name: String!) { updateProfile(input: {name: $name}) { name } }"
DELETE_ME = "mutation DeleteAccount($email: String!) { deleteAccount(confirmEmail: $email) }"


@dataclass(frozen=True)
class Google:
    """The running double."""

    url: str

    def control(self, what: str, **values: Any) -> dict[str, Any]:
        answer = httpx.post(f"{self.url}/_control/{what}", params=values, timeout=20)
        assert answer.status_code == 200, answer.text
        state: dict[str, Any] = answer.json()
        return state

    def answer(self, authorization_url: str, **form: str) -> str:
        """Return where the provider sends the browser once the form of its page was sent."""
        query = urlsplit(authorization_url).query
        answer = httpx.post(f"{self.url}/signin", data={"request": query, **form}, timeout=20)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]


class Person(Guest):
    """A browser; after ``sign_in`` it sends its access token with each operation."""

    def __init__(self, client: httpx.Client, google: Google) -> None:
        super().__init__(client)
        self.google = google
        self.token: str | None = None

    def begin(self, **query: str) -> str:
        """Return the address of the provider to which the shop leads."""
        answer = self.client.get("/auth/sign-in", params=query)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def callback(self, **form: str) -> httpx.Response:
        """Go to the provider, send its form, and come back to the shop."""
        return self.client.get(self.google.answer(self.begin(), **form))

    def sign_in(self, email: str = ANNA, name: str = "Anna Becker", *, admin: bool = False) -> Person:
        back = self.callback(email=email, name=name, **({"administrator": "on"} if admin else {}))
        assert back.status_code == 303, back.text
        assert back.headers["location"].startswith("/signed-in?")
        self.token = self.refresh().json()["accessToken"]
        return self

    def refresh(self, cookie: str | None = None) -> httpx.Response:
        """Ask for a new access token; with ``cookie`` by that refresh token instead of the browser's own."""
        if cookie is None:
            return self.client.post("/auth/refresh")
        return httpx.post(
            self.client.base_url.join("/auth/refresh"), headers={"cookie": f"vc_refresh={cookie}"}, timeout=20
        )

    @property
    def refresh_token(self) -> str:
        return str(self.client.cookies.get("vc_refresh"))

    def post(self, query: str, variables: dict[str, Any]) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        return self.client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)

    def run(self, query: str, **variables: Any) -> dict[str, Any]:
        response = self.post(query, variables)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def refused(self, query: str = ME, **variables: Any) -> str:
        """Return the code of the operation that must be refused with 401."""
        response = self.post(query, variables)
        assert response.status_code == 401, response.text
        code: str = response.json()["errors"][0]["extensions"]["code"]
        return code

    def export(self) -> httpx.Response:
        return self.client.get("/account/export", headers={"authorization": f"Bearer {self.token}"})
