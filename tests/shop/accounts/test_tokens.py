"""Access and refresh tokens: forged, expired, used twice, used at once."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from joserfc import jwk, jwt
from pydantic import SecretStr
from sqlalchemy import text

from system_under_test.accounts.access import AccessTokens
from system_under_test.accounts.identity import Identity, Role
from system_under_test.accounts.signing import InvalidTokenError, Signer
from system_under_test.app.resources import Shop
from system_under_test.settings import AppSettings
from tests.shop.accounts.people import EVERYWHERE, ME, SIGN_INS, Person
from tests.shop.helpers import CALENDARS

NewPerson = Callable[[], Person]
SOMEBODY = Identity(uuid.uuid4(), uuid.uuid4(), Role.ADMIN)


def parts_of(token: str) -> tuple[dict[str, object], dict[str, object]]:
    header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2])
    return header, claims


def encoded(value: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_what_an_access_token_says(person: Person, account_settings: AppSettings) -> None:
    header, claims = parts_of(person.sign_in().token or "")
    assert header["alg"] == "HS256"
    assert header["typ"] == "at+jwt"
    assert header["kid"]
    assert set(claims) == {"iss", "aud", "sub", "sid", "role", "iat", "exp", "jti"}
    assert claims["iss"] == account_settings.public_url
    assert int(str(claims["exp"])) - int(str(claims["iat"])) == 900
    assert claims["sub"] == person.data(ME)["me"]["id"]
    again = parts_of(person.refresh().json()["accessToken"])[1]
    assert again["jti"] != claims["jti"]
    assert again["sid"] == claims["sid"]


def test_only_the_digest_of_a_refresh_token_is_stored(person: Person, account_shop: Shop) -> None:
    person.sign_in()
    with account_shop.database.read() as session:
        digests = set(session.scalars(text("SELECT digest FROM refresh_tokens")))
    assert hashlib.sha256(person.refresh_token.encode()).hexdigest() in digests
    assert person.refresh_token not in digests
    assert len(person.refresh_token) >= 43, "256 bits"


def forgeries(token: str, settings: AppSettings) -> dict[str, str]:
    header, claims = parts_of(token)
    body = token.rsplit(".", 1)[0]
    stray = jwk.OctKey.import_key(b"k" * 32)
    identity = Identity(uuid.UUID(str(claims["sub"])), uuid.UUID(str(claims["sid"])), Role.CUSTOMER)
    other_shop = settings.model_copy(update={"public_url": "https://another.example"})
    other_secret = settings.model_copy(update={"token_secret": SecretStr("x" * 40)})
    good = Signer("at+jwt", [settings.token_secret])
    return {
        "another signature": f"{body}.{'A' * 43}",
        "no signature": f"{body}.",
        "another role under the same signature": ".".join(
            [token.split(".")[0], encoded(claims | {"role": "admin"}), token.split(".")[2]]
        ),
        "algorithm none": f"{encoded(header | {'alg': 'none'})}.{encoded(claims)}.",
        "another key": jwt.encode({"alg": "HS256", "kid": header["kid"], "typ": "at+jwt"}, claims, stray),
        "another secret": AccessTokens(other_secret).issue(identity).value,
        "another issuer": AccessTokens(other_shop).issue(identity).value,
        "expired": AccessTokens(settings).issue(identity, -1).value,
        "another purpose": Signer("vc-account", [settings.token_secret]).sign(claims, 60),
        "another audience": good.sign(claims | {"aud": "somebody-else"}, 60),
        "no sign-in": good.sign({name: value for name, value in claims.items() if name != "sid"}, 60),
        "no ids": good.sign(claims | {"sid": 7, "sub": None}, 60),
        "an unknown role": good.sign(claims | {"role": "owner"}, 60),
        "an unknown sign-in": good.sign(claims | {"sid": str(uuid.uuid4())}, 60),
        "another account": good.sign(claims | {"sub": str(uuid.uuid4())}, 60),
        "words": "not a token",
        "long": "a" * 10_000,
        "dots": "..",
    }


def test_forged_and_expired_tokens_are_refused(person: Person, account_settings: AppSettings) -> None:
    good = person.sign_in().token or ""
    for name, forged in forgeries(good, account_settings).items():
        person.token = forged
        assert person.refused() == "UNAUTHENTICATED", name
        assert person.export().status_code == 401, name
    person.token = good
    assert person.data(ME)["me"], "the forgeries were made of a good one"


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Token x", "", "Bearer a b"])
def test_other_kinds_of_authorization_are_refused(person: Person, header: str) -> None:
    answer = person.client.post("/graphql", json={"query": ME}, headers={"authorization": header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_secrets_can_be_changed_in_two_steps(account_settings: AppSettings) -> None:
    old = AccessTokens(account_settings).issue(SOMEBODY).value
    changed = {"token_secret": SecretStr("n" * 40), "token_secret_previous": account_settings.token_secret}
    both = AccessTokens(account_settings.model_copy(update=changed))
    assert both.read(old) == SOMEBODY
    new = both.issue(SOMEBODY).value
    assert parts_of(new)[0]["kid"] != parts_of(old)[0]["kid"]
    only_new = AccessTokens(account_settings.model_copy(update=changed | {"token_secret_previous": None}))
    assert only_new.read(new) == SOMEBODY
    with pytest.raises(InvalidTokenError):
        only_new.read(old)


def test_a_refresh_token_serves_once_and_its_second_use_ends_the_sign_in(
    person: Person, account_shop: Shop, capfd: pytest.CaptureFixture[str]
) -> None:
    person.sign_in()
    stolen = person.refresh_token
    counted = account_shop.metrics.registry.get_sample_value
    before = counted("shop_token_refreshes_total", {"outcome": "reused"}) or 0
    person.token = person.refresh().json()["accessToken"]
    assert person.data(ME)["me"]
    thiefs = person.refresh(stolen)
    assert thiefs.status_code == 401
    assert thiefs.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert counted("shop_token_refreshes_total", {"outcome": "reused"}) == before + 1
    assert person.refused() == "UNAUTHENTICATED", "the access token is refused at once"
    refused = person.refresh()
    assert refused.status_code == 401, "and so is the newest refresh token"
    assert not {"vc_refresh", "vc_account"} & set(person.client.cookies), "pages are told too"
    assert ">Sign in</a>" in person.client.get("/").text
    with account_shop.database.read() as session:
        assert session.scalar(text("SELECT revoked_because FROM sign_ins")) == "a refresh token was used twice"


def test_reuse_does_not_touch_other_browsers(new_person: NewPerson) -> None:
    first, second = new_person().sign_in(), new_person().sign_in()
    used = first.refresh_token
    first.refresh()
    assert first.refresh(used).status_code == 401
    assert second.data(ME)["me"]
    assert second.refresh().status_code == 200


def test_of_parallel_refreshes_with_one_token_at_most_one_succeeds(person: Person) -> None:
    person.sign_in()
    token = person.refresh_token
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: person.refresh(token).status_code, range(8)))
    assert answers.count(200) == 1
    assert answers.count(401) == 7


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "a" * 9000])
def test_unknown_refresh_tokens_are_refused(person: Person, token: str) -> None:
    assert person.refresh(token).status_code == 401


def test_a_sign_in_ends_after_thirty_days_however_often_it_is_renewed(person: Person, account_shop: Shop) -> None:
    person.sign_in()
    with account_shop.database.write() as session:
        days = session.scalar(text("SELECT extract(epoch FROM expires_at - created_at) / 86400 FROM sign_ins"))
        assert float(days or 0) == pytest.approx(30, abs=0.01)
        session.execute(text("UPDATE sign_ins SET expires_at = now() + interval '90 seconds'"))
    renewed = person.refresh()
    assert renewed.status_code == 200
    (cookie,) = (c for c in renewed.headers.get_list("set-cookie") if c.startswith("vc_refresh="))
    seconds = int(cookie.lower().partition("max-age=")[2].partition(";")[0])
    assert 60 < seconds <= 90, "renewal does not lengthen it"
    with account_shop.database.write() as session:
        session.execute(text("UPDATE sign_ins SET expires_at = now() - interval '1 second'"))
    assert person.refused() == "UNAUTHENTICATED"
    assert person.client.get("/account").status_code == 303
    assert person.refresh().status_code == 401
    person.sign_in()
    with account_shop.database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM sign_ins")) == 1, "the expired one was cleared away"


def test_sign_out_everywhere(new_person: NewPerson) -> None:
    here, there = new_person().sign_in(), new_person().sign_in()
    stranger = new_person().sign_in("jose.nunez@example.org", "José Núñez")
    listed = here.data(SIGN_INS)["mySignIns"]
    assert [entry["current"] for entry in listed] == [False, True], "newest first"
    assert [entry["current"] for entry in there.data(SIGN_INS)["mySignIns"]] == [True, False]
    assert len(stranger.data(SIGN_INS)["mySignIns"]) == 1
    assert here.data(EVERYWHERE) == {"signOutEverywhere": True}
    for browser in (here, there):
        assert browser.refused() == "UNAUTHENTICATED"
        assert browser.client.get("/account").status_code == 303
        assert browser.refresh().status_code == 401
    assert stranger.data(ME)["me"]


def test_guests_have_no_account_to_change(person: Person) -> None:
    assert person.code(SIGN_INS) == "UNAUTHENTICATED"
    assert person.code(EVERYWHERE) == "UNAUTHENTICATED"
    assert person.code('mutation { updateProfile(input: {name: "x"}) { name } }') == "UNAUTHENTICATED"
    assert person.code('mutation { deleteAccount(confirmEmail: "x") }') == "UNAUTHENTICATED"
    assert person.data(CALENDARS)["calendars"] == []


def test_a_token_costs_one_query_and_a_guest_none(
    person: Person, account_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy import event

    person.sign_in()
    seen: list[str] = []
    listener = lambda *values: seen.append(values[2])  # noqa: E731
    event.listen(account_shop.database.engine, "before_cursor_execute", listener)
    try:
        query = "query { __typename }"
        person.data(query)
        assert len(seen) == 1
        assert "sign_ins" in seen.pop()
        person.token = None
        person.data(query)
        assert seen == []
    finally:
        event.remove(account_shop.database.engine, "before_cursor_execute", listener)
