"""Whatever is changed in state, nonce, verifier or challenge, no sign-in comes of it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from joserfc.errors import JoseError

from tests.doubles.google.forms import query_of, submit
from tests.doubles.google.helpers import (
    ANNA,
    CLIENT_ID,
    REDIRECT,
    SECRET,
    Double,
    MismatchingStateException,
    OAuthError,
    RelyingParty,
)

SPARE = "abcXYZ019-_"
# The process is reset once per test, not once per example, which is all that is needed here.
many = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
Mutation = Callable[[str], str]


@st.composite
def mutations(draw: st.DrawFn) -> Mutation:
    """A change that applies to any text: one character, the length, the case, or all of it."""
    place = draw(st.floats(0, 1, exclude_max=True))
    letter = draw(st.sampled_from(SPARE) | st.characters(codec="utf-8", exclude_characters="\0"))
    whole = draw(st.text(SPARE, max_size=130) | st.text(max_size=60))
    kind = draw(
        st.sampled_from(["replace", "insert", "delete", "truncate", "append", "space", "case", "whole", "empty"])
    )

    def mutate(text: str) -> str:
        at = int(place * len(text))
        return {
            "replace": text[:at] + letter + text[at + 1 :],
            "insert": text[:at] + letter + text[at:],
            "delete": text[:at] + text[at + 1 :],
            "truncate": text[:at],
            "append": text + letter,
            "space": f" {text}" if place < 0.5 else f"{text} ",
            "case": text.swapcase(),
            "whole": whole,
            "empty": "",
        }[kind]

    return mutate


@pytest.fixture
def client(double: Double) -> RelyingParty:
    return double.client()


def changed(url: str, name: str, value: str) -> str:
    base, _, _ = url.partition("?")
    return f"{base}?{urlencode({**query_of(url), name: value})}"


@many
@given(mutations())
def test_state(client: RelyingParty, mutate: Mutation) -> None:
    started = client.begin()
    callback = submit(started.url, ANNA)
    spoilt = mutate(started.state)
    if spoilt != started.state:
        with pytest.raises(MismatchingStateException):
            client.fetch(started, changed(callback, "state", spoilt))
    assert client.fetch(started, callback)["id_token"], "the code was never sent before"


@many
@given(mutations())
def test_nonce(client: RelyingParty, mutate: Mutation) -> None:
    started = client.begin()
    spoilt = mutate(started.nonce)
    token = client.fetch(started, submit(changed(started.url, "nonce", spoilt), ANNA))
    if spoilt != started.nonce:
        with pytest.raises(JoseError, match="nonce"):
            client.claims(token["id_token"], started.nonce)
    assert client.claims(token["id_token"], None).get("nonce", "") == spoilt, "carried as it was sent"


@many
@given(mutations())
def test_verifier(client: RelyingParty, double: Double, mutate: Mutation) -> None:
    started = client.begin()
    callback = submit(started.url, ANNA)
    spoilt = mutate(started.verifier)
    if spoilt != started.verifier:
        # Sent by hand: authlib cannot encode every text that an attacker could.
        fields = {
            "grant_type": "authorization_code", "code": query_of(callback)["code"], "redirect_uri": REDIRECT,
            "client_id": CLIENT_ID, "client_secret": SECRET, "code_verifier": spoilt,
        }  # fmt: skip
        refused = double.http.post("/token", data=fields)
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
        with pytest.raises(OAuthError, match="invalid_grant"):
            client.fetch(started, callback)


@many
@given(mutations())
def test_challenge(client: RelyingParty, double: Double, mutate: Mutation) -> None:
    started = client.begin()
    challenge = query_of(started.url)["code_challenge"]
    spoilt = mutate(challenge)
    if spoilt == challenge:
        return
    url = changed(started.url, "code_challenge", spoilt)
    page = double.http.get(url)
    if page.status_code == 303:
        assert query_of(page.headers["location"])["error"] == "invalid_request"
    else:
        with pytest.raises(OAuthError, match="invalid_grant"):
            client.fetch(started, submit(url, ANNA))


@many
@given(st.text(min_size=1, max_size=200))
@example(" a state\t")
@example("%2B+&code=x#fragment")
def test_state_comes_back_as_it_was(client: RelyingParty, state: str) -> None:
    url, _ = client.oauth.create_authorization_url(client.metadata["authorization_endpoint"], state=state)
    for entries in (ANNA, {"action": "cancel"}):
        callback = submit(url, entries)
        assert callback.startswith(REDIRECT + "?")
        assert query_of(callback)["state"] == state
