"""Signing in through the provider: the whole way, and everything that may come in between."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from system_under_test.app.factory import create_app
from system_under_test.app.resources import Shop
from system_under_test.settings import AppSettings, Environment
from tests.shop.accounts.people import ANNA, ME, Google, Person
from tests.shop.conftest import RunningApp
from tests.shop.helpers import CALENDARS, free_port

NewPerson = Callable[[], Person]


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def is_a_way_on(page: httpx.Response) -> bool:
    return "<h1>" in page.text and 'href="/auth/sign-in?next=' in page.text and "Go on without signing in" in page.text


def test_the_whole_way(person: Person, google: Google, account_settings: AppSettings) -> None:
    asked = query_of(person.begin(next="/templates"))
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{account_settings.public_url}/auth/google/callback"
    assert len(asked["state"]) == len(asked["nonce"]) == 43
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    back = person.client.get(google.answer(f"?{urlencode(asked)}", person=ANNA))
    assert back.status_code == 303
    assert back.headers["location"] == "/signed-in?next=%2Ftemplates"
    arrived = person.client.get(back.headers["location"])
    assert 'data-next="/templates"' in arrived.text
    assert "Anna Becker" in arrived.text
    answer = person.refresh()
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["expiresIn"] == 900
    person.token = answer.json()["accessToken"]
    me = person.data(ME)["me"]
    assert (me["email"], me["name"], me["role"]) == (ANNA, "Anna Becker", "CUSTOMER")
    assert me["createdAt"].endswith("Z")


def test_a_guest_is_nobody(person: Person) -> None:
    assert person.data(ME)["me"] is None
    account = person.client.get("/account")
    assert account.status_code == 303
    assert account.headers["location"] == "/auth/sign-in?next=%2Faccount"


def test_the_same_person_has_one_account_and_keeps_the_chosen_name(new_person: NewPerson) -> None:
    first = new_person().sign_in(name="Anna Becker")
    first.data('mutation UpdateProfile { updateProfile(input: {name: "  Anni  "}) { name } }')
    second = new_person().sign_in(name="Anna Becker-Braun")
    assert second.data(ME)["me"] == first.data(ME)["me"]
    assert second.data(ME)["me"]["name"] == "Anni"


def test_role_follows_the_claim_at_each_sign_in(new_person: NewPerson) -> None:
    first = new_person().sign_in("boss@example.org", "Boss", admin=True)
    assert first.data(ME)["me"]["role"] == "ADMIN"
    new_person().sign_in("boss@example.org", "Boss")
    assert first.data(ME)["me"]["role"] == "CUSTOMER", "also for the token that was issued before"


def test_cancel_leads_back(person: Person) -> None:
    person.begin(next="/templates")
    page = person.callback(action="cancel")
    assert page.status_code == 200
    assert is_a_way_on(page)
    assert "vc_account" not in person.client.cookies
    assert "vc_signing_in" not in person.client.cookies


@pytest.mark.parametrize(
    "spoil",
    [
        lambda query: query | {"state": "x" * 43},
        lambda query: {name: value for name, value in query.items() if name != "state"},
        lambda query: query | {"state": ""},
        lambda query: query | {"iss": "https://accounts.another-issuer.example"},
        lambda query: {name: value for name, value in query.items() if name != "iss"},
        lambda query: query | {"code": "4/0Anothing"},
    ],
)
def test_a_spoilt_callback_signs_nobody_in(
    person: Person, google: Google, spoil: Callable[[dict[str, str]], dict[str, str]]
) -> None:
    back = google.answer(person.begin(), person=ANNA)
    page = person.client.get(f"{back.partition('?')[0]}?{urlencode(spoil(query_of(back)))}")
    assert page.status_code == 400
    assert is_a_way_on(page)
    assert person.client.cookies.get("vc_account") is None
    assert person.refresh().status_code == 401


def test_a_callback_serves_once(person: Person, new_person: NewPerson, google: Google) -> None:
    back = google.answer(person.begin(), person=ANNA)
    journey = person.client.cookies["vc_signing_in"]
    assert person.client.get(back).status_code == 303
    again = person.client.get(back)
    assert again.status_code == 400
    assert "You are signed in already" in again.text
    thief = new_person()
    assert thief.client.get(back).status_code == 400, "without the cookie of the way"
    thief.client.cookies.set("vc_signing_in", journey, domain="127.0.0.1", path="/auth")
    assert thief.client.get(back).status_code == 400, "with it the code is spent"
    assert thief.refresh().status_code == 401


def test_a_sign_in_of_somebody_else_cannot_be_pushed_upon_a_browser(
    person: Person, new_person: NewPerson, google: Google
) -> None:
    attackers = google.answer(new_person().begin(), email="evil@example.org", name="Evil")
    person.begin()
    assert person.client.get(attackers).status_code == 400
    assert person.client.cookies.get("vc_account") is None


@pytest.mark.parametrize("value", ["", "x", "a.b.c", "e30.e30.e30"])
def test_a_forged_cookie_of_the_way_is_refused(person: Person, google: Google, value: str) -> None:
    back = google.answer(person.begin(), person=ANNA)
    person.client.cookies.clear()
    person.client.cookies.set("vc_signing_in", value, domain="127.0.0.1", path="/auth")
    assert person.client.get(back).status_code == 400


@pytest.mark.parametrize(
    "kind", ["wrong-signature", "expired", "none-algorithm", "wrong-nonce", "wrong-audience", "wrong-issuer"]
)
def test_a_bad_id_token_signs_nobody_in(person: Person, google: Google, kind: str) -> None:
    google.control("fault", kind=kind)
    page = person.callback(person=ANNA)
    assert page.status_code == 502
    assert is_a_way_on(page)
    assert person.client.cookies.get("vc_account") is None
    assert person.sign_in().data(ME)["me"]["email"] == ANNA, "the next attempt is not affected"


@pytest.mark.parametrize(("seconds", "status"), [(-50, 303), (50, 303), (90, 502)])
def test_clocks_may_differ_a_little(person: Person, google: Google, seconds: int, status: int) -> None:
    google.control("skew", seconds=seconds)
    assert person.callback(person=ANNA).status_code == status


def test_a_new_key_of_the_provider_is_fetched(person: Person, new_person: NewPerson, google: Google) -> None:
    person.sign_in()
    google.control("rotate")
    new_person().sign_in()
    google.control("rotate")
    google.control("rotate")
    new_person().sign_in()


def test_the_provider_fails(person: Person, google: Google) -> None:
    google.control("fault", kind="500")
    page = person.callback(person=ANNA)
    assert page.status_code == 503
    assert page.headers["retry-after"]
    assert is_a_way_on(page)


def test_the_provider_is_away(account_shop: Shop, account_settings: AppSettings) -> None:
    away = account_settings.model_copy(update={"oidc_issuer": f"http://127.0.0.1:{free_port()}"})
    with RunningApp(create_app(away)) as app, httpx.Client(base_url=app.url, timeout=20) as client:
        page = client.get("/auth/sign-in", params={"next": "/templates"})
        assert page.status_code == 503
        assert is_a_way_on(page)
        assert 'href="/templates"' in page.text
        assert client.get("/").status_code == 200


def test_another_issuer_than_the_configured_one_is_not_trusted(
    account_shop: Shop, account_settings: AppSettings, google: Google
) -> None:
    alias = account_settings.model_copy(update={"oidc_issuer": google.url.replace("127.0.0.1", "localhost")})
    with RunningApp(create_app(alias)) as app, httpx.Client(base_url=app.url, timeout=20) as client:
        assert client.get("/auth/sign-in").status_code == 503


def test_the_browser_becomes_a_new_guest(person: Person, new_person: NewPerson) -> None:
    person.new_calendar(title="Before")
    planted = person.client.cookies["vc_session"]
    person.sign_in()
    assert person.client.cookies["vc_session"] != planted
    attacker = new_person()
    attacker.client.cookies.set("vc_session", planted, domain="127.0.0.1")
    assert attacker.data(CALENDARS)["calendars"] == []
    assert "Before" not in attacker.client.get("/").text


def test_pages_know_the_person_by_the_cookie(person: Person) -> None:
    assert ">Sign in</a>" in person.client.get("/").text
    calendar_id = person.new_calendar(title="My year")
    person.sign_in()
    for path in ("/", "/account", f"/editor/{calendar_id}", f"/preview/{calendar_id}"):
        page = person.client.get(path)
        assert page.status_code == 200, path
        assert "My year" in page.text, path
        assert 'href="/account"' in page.text, path
        assert "data-signed-in" in page.text, path


def test_signing_in_again_replaces_the_sign_in_of_this_browser(person: Person) -> None:
    person.sign_in()
    old = person.token
    person.sign_in("jose.nunez@example.org", "José Núñez")
    assert person.data(ME)["me"]["email"] == "jose.nunez@example.org"
    person.token = old
    assert person.refused() == "UNAUTHENTICATED"


def test_cookies_are_protected(person: Person, account_settings: AppSettings, google: Google) -> None:
    start = person.client.get("/auth/sign-in")
    back = person.client.get(google.answer(start.headers["location"], person=ANNA))
    found = {cookie.partition("=")[0]: cookie.lower() for cookie in start.headers.get_list("set-cookie")} | {
        cookie.partition("=")[0]: cookie.lower()
        for cookie in back.headers.get_list("set-cookie")
        if "vc_signing_in" not in cookie
    }
    assert set(found) == {"vc_signing_in", "vc_refresh", "vc_account", "vc_session"}
    for cookie in found.values():
        assert "httponly" in cookie
        assert "; secure" not in cookie
    assert re.search(r"path=/auth(;|$)", found["vc_signing_in"])
    assert "max-age=600" in found["vc_signing_in"]
    assert "samesite=lax" in found["vc_signing_in"]
    assert re.search(r"path=/auth(;|$)", found["vc_refresh"])
    assert "samesite=strict" in found["vc_refresh"]
    assert "samesite=lax" in found["vc_account"]
    assert "max-age=2592000" in found["vc_account"]


def test_cookies_are_secure_in_production(account_shop: Shop, account_settings: AppSettings) -> None:
    live = account_settings.model_copy(update={"environment": Environment.PRODUCTION})
    with RunningApp(create_app(live)) as app, httpx.Client(base_url=app.url, timeout=20) as client:
        for answer in (client.get("/auth/sign-in"), client.post("/auth/sign-out"), client.get("/")):
            cookies = answer.headers.get_list("set-cookie")
            assert cookies
            assert all("; secure" in cookie.lower() for cookie in cookies), cookies


@pytest.mark.parametrize("path", ["/auth/refresh", "/auth/sign-out"])
@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}],
)
def test_other_sites_cannot_use_the_cookies(person: Person, path: str, headers: dict[str, str]) -> None:
    person.sign_in()
    kept = person.refresh_token
    answer = person.client.post(path, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert person.refresh_token == kept
    assert person.data(ME)["me"], "still signed in"
    assert person.client.get(path).status_code == 405


def test_signing_out_ends_everything_at_once(person: Person) -> None:
    person.sign_in()
    stolen, cookie = person.refresh_token, person.client.cookies["vc_account"]
    answer = person.client.post("/auth/sign-out")
    assert answer.json() == {"signedOut": True}
    assert not {"vc_refresh", "vc_account"} & set(person.client.cookies)
    assert person.refused() == "UNAUTHENTICATED"
    assert person.refresh(stolen).status_code == 401
    person.client.cookies.set("vc_account", cookie, domain="127.0.0.1")
    assert person.client.get("/account").status_code == 303, "a kept copy of the cookie is worth nothing"
    assert person.client.post("/auth/sign-out").status_code == 200, "twice does no harm"


def test_no_secret_and_no_person_reaches_the_log(
    person: Person, google: Google, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    person.sign_in()
    person.refresh()
    google.control("fault", kind="wrong-nonce")
    person.callback(person=ANNA)
    person.client.get("/auth/google/callback?code=secret-code&state=secret-state")
    seen = caplog.text + "".join(capfd.readouterr())
    for secret in (ANNA, "Anna", "Becker", person.token or "-", person.refresh_token, "secret-code", "secret-state"):
        assert secret not in seen
