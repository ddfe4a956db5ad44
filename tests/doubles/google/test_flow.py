"""A sign-in from discovery to claims, through authlib and joserfc, against the real process."""

from __future__ import annotations

import base64
import json
import time

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

from tests.doubles.google.forms import query_of, submit
from tests.doubles.google.helpers import (
    ANNA,
    CLIENT_ID,
    REDIRECT_WITH_QUERY,
    ROLE,
    Double,
    OAuthError,
    create_half_hash,
)


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
def test_code_pkce_nonce(double: Double, method: str) -> None:
    client = double.client(method=method)
    started = client.begin()
    callback = submit(started.url, ANNA)
    assert query_of(callback)["iss"] == double.url
    token = client.fetch(started, callback)
    claims = client.claims(token["id_token"], started.nonce)

    now = time.time()
    assert set(token) == {"access_token", "expires_in", "expires_at", "scope", "token_type", "id_token"}
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 3599)
    assert token["scope"].split()[0] == "openid"
    assert claims.pop("iat") == pytest.approx(now, abs=30)
    assert claims.pop("exp") == pytest.approx(now + 3600, abs=30)
    assert claims.pop("at_hash") == create_half_hash(token["access_token"], "RS256").decode()
    subject = claims.pop("sub")
    assert subject.isdigit()
    assert len(subject) == 21
    assert claims == {
        "iss": double.url,
        "aud": CLIENT_ID,
        "azp": CLIENT_ID,
        "nonce": started.nonce,
        "email": "anna.becker@example.org",
        "email_verified": True,
        "name": "Anna Becker",
        "given_name": "Anna",
        "family_name": "Becker",
    }


def test_signature_holds_without_joserfc(double: Double) -> None:
    token, _ = double.client().sign_in()
    signed, _, signature = token["id_token"].rpartition(".")
    header = json.loads(decoded(signed.split(".")[0]))
    assert header["alg"] == "RS256"
    keys = {key["kid"]: key for key in double.http.get("/oauth2/v3/certs").json()["keys"]}
    key = keys[header["kid"]]
    assert not {"d", "p", "q", "dp", "dq", "qi"} & set(key), "private parts of a key are published"
    n, e = (int.from_bytes(decoded(key[part])) for part in "ne")
    RSAPublicNumbers(e, n).public_key().verify(decoded(signature), signed.encode(), padding.PKCS1v15(), SHA256())


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_subject_follows_the_email_and_role_the_tick(double: Double) -> None:
    client = double.client()
    typed = {"email": "Zoe@example.org", "name": "Zoë 🌻 <b>&amp;</b> O'Neil"}
    _, plain = client.sign_in(typed)
    _, admin = client.sign_in({"email": "ZOE@EXAMPLE.ORG", "name": "Another", "administrator": "on"})
    assert (plain["email"], plain["name"]) == ("zoe@example.org", typed["name"])
    assert plain["sub"] == admin["sub"] != client.sign_in(ANNA)[1]["sub"]
    assert ROLE not in plain
    assert admin[ROLE] == "admin"
    assert client.sign_in({"person": "ada.admin@example.org"})[1][ROLE] == "admin"


def test_claims_are_limited_to_the_scopes(double: Double) -> None:
    _, claims = double.client(scope="openid").sign_in()
    assert not {"email", "email_verified", "name", "given_name", "family_name", "picture"} & set(claims)
    client = double.client(scope="email")
    started = client.begin()
    assert "id_token" not in client.fetch(started, submit(started.url, ANNA)), "no openid scope, no ID token"


def test_userinfo_agrees_with_the_id_token(double: Double) -> None:
    client = double.client()
    _, claims = client.sign_in({"person": "ada.admin@example.org"})
    told = client.oauth.get(client.metadata["userinfo_endpoint"]).json()
    assert told == {name: claims[name] for name in told}
    assert {"sub", "email", "email_verified", "name", ROLE} <= set(told)


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer nonsense", "Basic bm9uc2Vuc2U="])
def test_userinfo_wants_a_living_token(double: Double, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    response = double.http.get("/oauth2/v3/userinfo", headers=headers)
    assert response.status_code == 401
    assert 'error="invalid_token"' in response.headers["www-authenticate"]


def test_access_token_ends_with_the_issuers_clock(double: Double) -> None:
    token, _ = double.client().sign_in()
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    double.control("skew", seconds=3500)
    assert double.http.get("/oauth2/v3/userinfo", headers=headers).status_code == 200
    double.control("skew", seconds=3600)
    assert double.http.get("/oauth2/v3/userinfo", headers=headers).status_code == 401


def test_refresh_token_only_offline_and_without_nonce(double: Double) -> None:
    client = double.client()
    assert "refresh_token" not in client.sign_in(access_type="online")[0]
    first, claims = client.sign_in(access_type="offline")
    again = client.oauth.refresh_token(client.metadata["token_endpoint"])
    assert again["access_token"] != first["access_token"]
    renewed = client.claims(again["id_token"], None)
    assert renewed["sub"] == claims["sub"]
    assert "nonce" not in renewed


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_revoking_either_token_ends_both(double: Double, kind: str) -> None:
    client = double.client()
    token, _ = client.sign_in(access_type="offline")
    revoked = client.oauth.revoke_token(client.metadata["revocation_endpoint"], token=token[kind])
    assert revoked.status_code == 200
    assert client.oauth.get(client.metadata["userinfo_endpoint"]).status_code == 401
    with pytest.raises(OAuthError, match="invalid_grant"):
        client.oauth.refresh_token(client.metadata["token_endpoint"], refresh_token=token["refresh_token"])
    second = client.oauth.revoke_token(client.metadata["revocation_endpoint"], token=token[kind])
    assert (second.status_code, second.json()["error"]) == (400, "invalid_token")


def test_redirect_uri_keeps_its_own_query(double: Double) -> None:
    client = double.client(redirect_uri=REDIRECT_WITH_QUERY)
    started = client.begin()
    callback = submit(started.url, ANNA)
    assert callback.startswith(REDIRECT_WITH_QUERY + "&")
    assert client.fetch(started, callback)["id_token"]


def test_prompt_none_needs_a_session_of_that_person(double: Double) -> None:
    client = double.client()
    with httpx.Client(timeout=20) as browser:
        silent = client.begin(prompt="none")
        refused = query_of(browser.get(silent.url).headers["location"])
        assert (refused["error"], refused["state"]) == ("interaction_required", silent.state)
        submit(client.begin().url, ANNA, browser)
        known = client.begin(prompt="none", login_hint="anna.becker@example.org")
        token = client.fetch(known, browser.get(known.url).headers["location"])
        assert client.claims(token["id_token"], known.nonce)["email"] == "anna.becker@example.org"
        other = client.begin(prompt="none", login_hint="ada.admin@example.org")
        assert query_of(browser.get(other.url).headers["location"])["error"] == "interaction_required"
