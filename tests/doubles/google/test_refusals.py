"""Everything that the token endpoint refuses, in Google's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from joserfc.errors import JoseError

from tests.doubles.google.forms import query_of, submit
from tests.doubles.google.helpers import ANNA, CLIENT_ID, REDIRECT, REDIRECT_WITH_QUERY, SECRET, Double, OAuthError

Edit = Callable[[dict[str, str]], object]


def exchange(double: Double, edit: Edit = lambda fields: None, **more: str) -> tuple[httpx.Response, dict[str, str]]:
    """Sign in, spoil the fields of the token request by ``edit``, and send them."""
    client = double.client()
    started = client.begin(**more)
    fields = {
        "grant_type": "authorization_code",
        "code": query_of(submit(started.url, ANNA))["code"],
        "redirect_uri": REDIRECT,
        "client_id": CLIENT_ID,
        "client_secret": SECRET,
        "code_verifier": started.verifier,
    }
    edit(fields)
    return double.http.post("/token", data=fields), fields


def test_exchange_as_it_is_here_succeeds(double: Double) -> None:
    response, _ = exchange(double)
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("edit", "status", "error", "description"),
    [
        (lambda f: f.update(code_verifier="w" * 43), 400, "invalid_grant", "Invalid code verifier."),
        (lambda f: f.update(code_verifier="w" * 42), 400, "invalid_grant", "Invalid code verifier."),
        (lambda f: f.pop("code_verifier"), 400, "invalid_grant", "Missing code verifier."),
        (lambda f: f.update(code="4/0Awrong"), 400, "invalid_grant", "Malformed auth code."),
        (lambda f: f.pop("code"), 400, "invalid_request", "Missing required parameter: code"),
        (lambda f: f.update(redirect_uri=REDIRECT_WITH_QUERY), 400, "redirect_uri_mismatch", "Bad Request"),
        (lambda f: f.pop("redirect_uri"), 400, "redirect_uri_mismatch", "Bad Request"),
        (lambda f: f.update(client_secret=SECRET + "x"), 401, "invalid_client", "Unauthorized"),
        (lambda f: f.pop("client_secret"), 400, "invalid_request", "client_secret is missing."),
        (lambda f: f.update(client_id="stranger"), 401, "invalid_client", "The OAuth client was not found."),
        (lambda f: f.pop("client_id"), 400, "invalid_request", "Could not determine client ID from request."),
        (lambda f: f.update(grant_type="password"), 400, "unsupported_grant_type", "Invalid grant_type: password"),
        (lambda f: f.pop("grant_type"), 400, "unsupported_grant_type", "Invalid grant_type: "),
        (
            lambda f: f.update(grant_type="refresh_token", refresh_token="1//0wrong"),
            400, "invalid_grant", "Token has been expired or revoked.",
        ),
    ],
)  # fmt: skip
def test_token_request_is_refused(double: Double, edit: Edit, status: int, error: str, description: str) -> None:
    response, _ = exchange(double, edit)
    assert response.status_code == status
    assert response.json() == {"error": error, "error_description": description}
    assert ("www-authenticate" in response.headers) == (status == 401)


def test_refusals_reach_authlibs_callers(double: Double) -> None:
    client = double.client(secret="wrong", method="client_secret_basic")
    started = client.begin()
    with pytest.raises(OAuthError, match="invalid_client"):
        client.fetch(started, submit(started.url, ANNA))


def test_code_works_once_and_reuse_revokes_what_it_gave(double: Double) -> None:
    first, fields = exchange(double, access_type="offline")
    headers = {"Authorization": f"Bearer {first.json()['access_token']}"}
    assert double.http.get("/oauth2/v3/userinfo", headers=headers).status_code == 200
    again = double.http.post("/token", data=fields)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert double.http.get("/oauth2/v3/userinfo", headers=headers).status_code == 401
    refresh = {**fields, "grant_type": "refresh_token", "refresh_token": first.json()["refresh_token"]}
    assert double.http.post("/token", data=refresh).json()["error"] == "invalid_grant"


def test_failed_attempt_of_the_client_spends_the_code(double: Double) -> None:
    spoilt, fields = exchange(double, lambda f: f.update(code_verifier="w" * 43))
    honest = {**fields, "code_verifier": double.client().begin().verifier}
    assert spoilt.json()["error"] == double.http.post("/token", data=honest).json()["error"] == "invalid_grant"


def test_stranger_cannot_spend_the_code(double: Double) -> None:
    spoilt, fields = exchange(double, lambda f: f.update(client_secret="guess"))
    assert spoilt.status_code == 401
    assert double.http.post("/token", data={**fields, "client_secret": SECRET}).status_code == 200


@pytest.mark.parametrize(("seconds", "status"), [(50, 200), (60, 400)])
def test_code_lives_for_a_minute(double: Double, seconds: int, status: int) -> None:
    response, _ = exchange(double, lambda _: double.control("skew", seconds=seconds))
    assert response.status_code == status
    if status == 400:
        assert response.json() == {"error": "invalid_grant", "error_description": "Bad Request"}


def test_verifier_without_challenge_is_refused(double: Double) -> None:
    client = double.client()
    client.oauth.code_challenge_method = None
    started = client.begin()
    assert "code_challenge" not in query_of(started.url)
    with pytest.raises(OAuthError, match="not needed"):
        client.fetch(started, submit(started.url, ANNA))


def test_missing_nonce_is_the_clients_to_notice(double: Double) -> None:
    """Google demands no nonce in the code flow; the ID token has none, and a client that wants one refuses it."""
    client = double.client()
    started = client.begin(nonce="")
    token = client.fetch(started, submit(started.url, ANNA))
    assert "nonce" not in client.claims(token["id_token"], None)
    with pytest.raises(JoseError, match="nonce"):
        client.claims(token["id_token"], "the-one-that-was-not-sent")


@pytest.mark.parametrize(
    ("header", "fields", "error"),
    [
        ("Basic !!!", {}, "invalid_client"),
        ("Basic " + "/w==", {}, "invalid_client"),
        ("Bearer x", {}, "invalid_request"),
        ("Basic c2hvcC5hcHBzLmV4YW1wbGU6eA==", {"client_secret": "x"}, "invalid_request"),
        ("Basic c2hvcC5hcHBzLmV4YW1wbGU6eA==", {"client_id": "other"}, "invalid_request"),
        ("Basic c2hvcC5hcHBzLmV4YW1wbGU6eA==", {}, "invalid_client"),
    ],
)
def test_odd_client_authentication(double: Double, header: str, fields: dict[str, Any], error: str) -> None:
    response = double.http.post("/token", data=fields, headers={"Authorization": header})
    assert response.status_code in (400, 401)
    assert response.json()["error"] == error


def test_repeated_parameters_are_refused(double: Double) -> None:
    _, fields = exchange(double, lambda f: f.update(client_secret="guess"))
    body = urlencode([*{**fields, "client_secret": SECRET}.items(), ("code", fields["code"])])
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = double.http.post("/token", content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
