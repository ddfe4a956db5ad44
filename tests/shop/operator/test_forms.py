"""Posts that carry cookies count only when they come from a page of the shop, made for this very browser."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from system_under_test.guests.cookie import sign
from system_under_test.guests.web import Guest as Visitor
from system_under_test.settings import AppSettings
from system_under_test.web.form_token import form_token, is_own_form
from tests.shop.helpers import CALENDARS, Guest, token_on

NewClient = Callable[[], httpx.Client]


def start(client: httpx.Client, token: str | None) -> int:
    form = {"template": "village-year"} | ({} if token is None else {"form_token": token})
    return client.post("/calendars", data=form).status_code


@pytest.mark.parametrize("path", ["/", "/templates"])
def test_first_visit_brings_cookie_and_token_together(client: httpx.Client, path: str) -> None:
    assert start(client, token_on(client, path)) == 303
    assert len(Guest(client).data(CALENDARS)["calendars"]) == 1


def test_token_stays_good_for_the_browser(client: httpx.Client) -> None:
    token = token_on(client)
    assert token_on(client) == token
    assert [start(client, token) for _ in range(2)] == [303, 303]


def test_without_a_token_nothing_is_made(client: httpx.Client) -> None:
    client.get("/")
    assert start(client, None) == 403
    assert start(client, "") == 403
    assert start(client, "x" * 43) == 403
    assert Guest(client).data(CALENDARS)["calendars"] == []


def test_token_of_another_browser_is_refused(new_client: NewClient) -> None:
    mine, theirs = new_client(), new_client()
    mine.get("/")
    assert start(mine, token_on(theirs)) == 403


def test_token_without_its_cookie_is_refused(client: httpx.Client) -> None:
    token = token_on(client)
    client.cookies.clear()
    refused = client.post("/calendars", data={"template": "village-year", "form_token": token})
    assert refused.status_code == 403
    assert "open the designs again" in refused.text
    assert "set-cookie" not in refused.headers, "the guest's own cookie must not be replaced"


def test_signature_of_the_cookie_is_no_token(settings: AppSettings) -> None:
    guest = Visitor("a" * 32, is_new=False)
    secret = settings.session_secret.get_secret_value()
    assert is_own_form(guest, form_token(guest, settings), settings)
    assert not is_own_form(guest, sign(guest.session_id, secret).partition(".")[2], settings)
    assert not is_own_form(Visitor("a" * 32, is_new=True), form_token(guest, settings), settings)


@pytest.mark.parametrize("path", ["/calendars", "/graphql", "/auth/refresh", "/auth/sign-out", "/webhooks/stripe"])
@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "application/xml", ""])
def test_other_types_of_bodies_are_refused(client: httpx.Client, path: str, kind: str) -> None:
    headers = {"content-type": kind} if kind else {}
    assert client.post(path, content=b"a=b", headers=headers).status_code == 415


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/calendars", "/graphql", "/auth/refresh", "/auth/sign-out"])
def test_posts_from_other_sites_are_refused(client: httpx.Client, path: str, headers: dict[str, str]) -> None:
    refused = client.post(path, headers=headers)
    assert refused.status_code == 403
    assert "set-cookie" not in refused.headers


@pytest.mark.parametrize(("key", "status"), [("order-1", 200), ("x" * 255, 200), ("x" * 256, 400), ("a b\tc", 400)])
def test_idempotency_key_is_short_and_plain(client: httpx.Client, key: str, status: int) -> None:
    answer = client.post("/graphql", json={"query": CALENDARS}, headers={"idempotency-key": key})
    assert answer.status_code == status
