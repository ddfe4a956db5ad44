"""Rotation, skew, faults and reset; and who may order them."""

from __future__ import annotations

import time

import anyio
import httpx
import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from system_under_test.doubles.google.app import create_app
from system_under_test.doubles.google.settings import DoubleSettings
from tests.doubles.google.forms import submit
from tests.doubles.google.helpers import ANNA, Double


def test_rotation_publishes_two_keys_and_signs_with_the_new(double: Double) -> None:
    client = double.client()
    old, claims = client.sign_in()
    old_kid = double.http.get("/_control/state").json()["kids"][0]
    cached = KeySet.import_key_set(double.http.get("/oauth2/v3/certs").json())

    kids = double.control("rotate")["kids"]
    assert kids[1:] == [old_kid]
    assert kids[0] not in {key.kid for key in cached.keys}
    new, _ = client.sign_in()
    assert client.claims(old["id_token"], claims["nonce"]), "tokens from before are still good"
    with pytest.raises((JoseError, ValueError)):
        jwt.decode(new["id_token"], cached, algorithms=["RS256"])

    kids = double.control("rotate")["kids"]
    assert old_kid not in kids
    assert client.sign_in()
    assert client.claims(new["id_token"], claims["nonce"])
    with pytest.raises((JoseError, ValueError)):
        client.claims(old["id_token"], claims["nonce"])


@pytest.mark.parametrize("seconds", [-7200, 7200])
def test_skew_moves_the_issuers_clock(double: Double, seconds: int) -> None:
    client = double.client()
    double.control("skew", seconds=seconds)
    started = client.begin()
    token = client.fetch(started, submit(started.url, ANNA))
    with pytest.raises(JoseError):
        client.claims(token["id_token"], started.nonce)
    double.control("skew", seconds=0)
    assert client.sign_in()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("wrong-signature", "bad_signature"),
        ("none-algorithm", "unsupported_algorithm"),
        ("expired", "expired_token"),
        ("wrong-nonce", "nonce"),
        ("wrong-audience", "aud"),
        ("wrong-issuer", "iss"),
    ],
)
def test_spoilt_tokens_are_seen_by_joserfc_and_then_stop(double: Double, kind: str, words: str) -> None:
    client = double.client()
    double.control("fault", kind=kind, count=2)
    for left in (1, 0):
        with pytest.raises(JoseError, match=words):
            client.sign_in()
        fault = double.http.get("/_control/state").json()["fault"]
        assert (fault or {"count": 0})["count"] == left
    assert client.sign_in()


def test_error_leaves_the_code_unspent(double: Double) -> None:
    client = double.client()
    started = client.begin()
    callback = submit(started.url, ANNA)
    double.control("fault", kind="500")
    with pytest.raises(Exception, match="500"):
        client.fetch(started, callback)
    assert client.fetch(started, callback)["id_token"]


def test_slow_answer_comes_late_and_stops_nobody_else(double: Double) -> None:
    client = double.client()
    started = client.begin()
    callback = submit(started.url, ANNA)
    double.control("fault", kind="slow", seconds=0.7)
    begun = time.monotonic()
    assert client.fetch(started, callback)["id_token"]
    assert time.monotonic() - begun >= 0.7
    assert double.http.get("/_control/state").json()["fault"] is None


def test_fault_waits_for_a_token_that_would_be_given(double: Double) -> None:
    double.control("fault", kind="wrong-signature")
    double.http.post("/token", data={"grant_type": "authorization_code", "code": "wrong"})
    with pytest.raises(JoseError, match="bad_signature"):
        double.client().sign_in()


def test_reset_forgets_everything_but_the_keys(double: Double) -> None:
    client = double.client()
    client.sign_in(access_type="offline")
    kids = double.control("skew", seconds=99)["kids"]
    double.control("fault", kind="expired", count=5)
    state = double.control("reset")
    assert state == {
        "issuer": double.url, "kids": kids, "skew_seconds": 0.0, "fault": None,
        "codes": 0, "access_tokens": 0, "refresh_tokens": 0, "sessions": 0,
    }  # fmt: skip
    assert client.oauth.get(client.metadata["userinfo_endpoint"]).status_code == 401


@pytest.mark.parametrize(
    "order",
    ["fault?kind=unheard-of", "fault", "fault?kind=slow&count=0", "skew", "skew?seconds=nan", "skew?seconds=1e12"],
)
def test_bad_orders_are_refused(double: Double, order: str) -> None:
    assert double.http.post(f"/_control/{order}").status_code == 422
    assert double.http.get("/_control/state").json()["fault"] is None


@pytest.mark.parametrize(
    ("client", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("127.8.9.1", {}, 200),
        ("::1", {}, 200),
        ("::ffff:127.0.0.1", {}, 200),
        ("203.0.113.9", {}, 403),
        ("::ffff:203.0.113.9", {}, 403),
        ("2001:db8::1", {}, 403),
        ("somewhere", {}, 403),
        ("203.0.113.9", {"X-Forwarded-For": "127.0.0.1", "Forwarded": "for=127.0.0.1"}, 403),
        ("127.0.0.1", {"Origin": "https://evil.example"}, 403),
        ("127.0.0.1", {"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_only_this_machine_controls(client: str, headers: dict[str, str], status: int) -> None:
    app = create_app(DoubleSettings(port=9))

    async def ask() -> list[int]:
        transport = httpx.ASGITransport(app, client=(client, 5000))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:9", headers=headers) as http:
            paths = ["reset", "skew?seconds=1", "fault?kind=expired", "rotate"]
            posted = [(await http.post(f"/_control/{path}")).status_code for path in paths]
            return [*posted, (await http.get("/_control/state")).status_code, (await http.get("/livez")).status_code]

    assert anyio.run(ask) == [status] * 5 + [200]
