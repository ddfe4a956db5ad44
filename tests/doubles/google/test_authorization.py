"""The authorisation endpoint and its page: who is sent back, who is shown an error, what the page holds."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
import pytest

from tests.doubles.google.forms import Page, query_of, submit
from tests.doubles.google.helpers import CLIENT_ID, REDIRECT, Double

GOOD = {
    "client_id": CLIENT_ID,
    "redirect_uri": REDIRECT,
    "response_type": "code",
    "scope": "openid email",
    "state": "s&t=a te",
    "code_challenge": "c" * 43,
    "code_challenge_method": "S256",
}


def ask(double: Double, **changes: str | None) -> httpx.Response:
    values = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    return double.http.get("/o/oauth2/v2/auth", params=values)


def test_page_is_shown_for_get_and_post(double: Double) -> None:
    assert ask(double).status_code == 200
    assert double.http.post("/o/oauth2/v2/auth", data=GOOD).status_code == 200


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_id": None}, 400, "invalid_request"),
        ({"client_id": "stranger"}, 401, "invalid_client"),
        ({"redirect_uri": None}, 400, "invalid_request"),
        ({"redirect_uri": REDIRECT + "/"}, 400, "redirect_uri_mismatch"),
        ({"redirect_uri": REDIRECT + "?x=1"}, 400, "redirect_uri_mismatch"),
        ({"redirect_uri": REDIRECT.upper()}, 400, "redirect_uri_mismatch"),
        ({"redirect_uri": "https://evil.example/\"'><script>alert(1)</script>"}, 400, "redirect_uri_mismatch"),
    ],
)
def test_untrusted_redirect_gets_a_page(
    double: Double, changes: dict[str, str | None], status: int, error: str
) -> None:
    # Other mistakes in the same request must not bring about a redirect either.
    for more in ({}, {"response_type": "token"}, {"prompt": "none"}):
        response = ask(double, **changes, **more)
        assert (response.status_code, "location" in response.headers) == (status, False)
        assert f"Error {status}: {error}" in response.text
        assert "<script" not in response.text


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"response_type": "token"}, "unsupported_response_type", "token"),
        ({"response_type": "id_token"}, "unsupported_response_type", "id_token"),
        ({"response_type": None}, "invalid_request", "response_type"),
        ({"scope": None}, "invalid_request", "scope"),
        ({"scope": "openid drive"}, "invalid_scope", "drive"),
        ({"code_challenge_method": "plain"}, "invalid_request", "S256"),
        ({"code_challenge_method": None}, "invalid_request", "S256"),
        ({"code_challenge": "c" * 42}, "invalid_request", "code_challenge"),
        ({"code_challenge": "+" * 43}, "invalid_request", "code_challenge"),
        ({"code_challenge": None}, "invalid_request", "code_challenge"),
        ({"prompt": "login"}, "invalid_request", "login"),
        ({"prompt": "none consent"}, "invalid_request", "none"),
        ({"response_mode": "fragment"}, "invalid_request", "fragment"),
        ({"access_type": "elsewhere"}, "invalid_request", "access_type"),
    ],
)
def test_trusted_redirect_is_told(double: Double, changes: dict[str, Any], error: str, words: str) -> None:
    response = ask(double, **changes)
    assert response.status_code == 303
    assert response.headers["location"].startswith(REDIRECT + "?")
    answer = query_of(response.headers["location"])
    assert (answer["error"], answer["state"], answer["iss"]) == (error, GOOD["state"], double.url)
    assert words in answer["error_description"]
    assert "code" not in answer


def test_repeated_parameters(double: Double) -> None:
    twice = double.http.get("/o/oauth2/v2/auth?" + urlencode([*GOOD.items(), ("scope", "openid")]))
    assert query_of(twice.headers["location"])["error"] == "invalid_request"
    uri = double.http.get("/o/oauth2/v2/auth?" + urlencode([*GOOD.items(), ("redirect_uri", "https://evil.example")]))
    assert (uri.status_code, "location" in uri.headers) == (400, False)


def test_cancel_is_access_denied(double: Double) -> None:
    started = double.client().begin()
    answer = query_of(submit(started.url, {"action": "cancel"}))
    assert answer == {"error": "access_denied", "state": started.state, "iss": double.url}
    assert double.http.get("/_control/state").json()["codes"] == 0


@pytest.mark.parametrize(
    ("email", "name", "problem"),
    [
        ("", "Zoe", "e-mail"),
        ("zoe", "Zoe", "e-mail"),
        ("zoe@example", "Zoe", "e-mail"),
        ("zoe@example.org\nBcc: x@example.org", "Zoe", "e-mail"),
        ("z" * 250 + "@example.org", "Zoe", "e-mail"),
        ("zoe@example.org", "  ", "name"),
        ("zoe@example.org", "Zo\x07e", "name"),
        ("zoe@example.org", "z" * 101, "name"),
    ],
)
def test_page_says_what_is_wrong_and_keeps_what_was_typed(double: Double, email: str, name: str, problem: str) -> None:
    other = Page(ask(double).text).forms[1]
    typed = {"email": email, "name": name, "administrator": "on", "action": "continue"}
    response = double.http.post("/signin", data={**other.fields, **typed})
    assert (response.status_code, "location" in response.headers) == (400, False)
    assert f"Enter {'an e-mail' if problem == 'e-mail' else 'a name'}" in response.text
    assert 'role="alert"' in response.text
    assert 'aria-invalid="true"' in response.text
    assert " checked" in response.text
    if name.isprintable():
        assert Page(response.text).forms[1].fields["name"] == name


def test_form_is_not_believed(double: Double) -> None:
    """The request travels in the page; changed there, it is refused as it would be in the address."""
    form = Page(ask(double).text).forms[0]
    request = dict(parse_qsl(form.fields["request"]))
    forged = urlencode({**request, "redirect_uri": "https://evil.example/"})
    anna = {"person": "anna.becker@example.org"}
    response = double.http.post("/signin", data={"request": forged, **anna})
    assert (response.status_code, "location" in response.headers) == (400, False)
    unknown = double.http.post("/signin", data={**form.fields, "person": "nobody@example.org"})
    assert (unknown.status_code, "location" in unknown.headers) == (400, False)
    assert double.http.post("/signin", data=anna).status_code == 400


def test_login_hint_fills_in_and_puts_first(double: Double) -> None:
    seeded, other = Page(ask(double, login_hint="ada.admin@example.org").text).forms
    assert seeded.buttons[0] == ("person", "ada.admin@example.org")
    assert (other.fields["email"], other.fields["name"]) == ("ada.admin@example.org", "Ada Admin")
    hostile = ask(double, login_hint='"><script>alert(1)</script>')
    assert "<script" not in hostile.text
    assert Page(hostile.text).forms[1].fields["email"] == '"><script>alert(1)</script>'


def test_page_is_accessible_and_self_contained(double: Double) -> None:
    page = Page(ask(double).text)
    other = page.forms[1]
    assert other.visible == ["email", "name"] == other.labels
    assert other.buttons[0] == ("action", "continue"), "Enter presses the first button"
    assert ("action", "cancel") in other.buttons
    assert page.loads
    for path in page.loads:
        assert path.startswith("/assets/")
        assert double.http.get(path).status_code == 200


@pytest.mark.parametrize(
    "path", ["/o/oauth2/v2/auth", "/livez", "/token", "/nowhere", "/assets/page.css", "/_control/skew", "/signin"]
)
def test_every_answer_is_protected(double: Double, path: str) -> None:
    for response in (double.http.get(path), double.http.post(path)):
        policy = response.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["x-frame-options"] == "DENY"
        assert response.status_code < 500
