"""Rate limits against a real Valkey: who is over a budget is told when to come back, the others notice nothing."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest
from limits import RateLimitItemPerMinute
from pydantic import SecretStr

from system_under_test.app.factory import create_app
from system_under_test.settings import AppSettings
from system_under_test.throttling import budgets
from tests.shop.conftest import RunningApp
from tests.shop.helpers import CALENDARS, free_port

Start = Callable[..., RunningApp]
SMALL = 3


@pytest.fixture
def start(settings: AppSettings, shop: object) -> Iterator[Start]:
    """Start an application with limits; its counters are its own, since their keys depend on the secret."""
    with ExitStack() as opened:

        def make(**changes: object) -> RunningApp:
            values = {"rate_limits": True, "session_secret": SecretStr(secrets.token_hex(20)), **changes}
            return opened.enter_context(RunningApp(create_app(settings.model_copy(update=values))))

        yield make


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every budget so small that a test can use it up."""
    for budget in budgets.BUDGETS:
        monkeypatch.setattr(budget.item, "amount", SMALL)
    assert budgets.PAGES.amount == SMALL
    assert isinstance(budgets.PAGES.item, RateLimitItemPerMinute)


def ask(app: RunningApp, query: str = CALENDARS, **headers: str) -> httpx.Response:
    return httpx.post(app.url + "/graphql", json={"query": query}, headers=headers)


def metric(app: RunningApp, line: str) -> float:
    for found in httpx.get(app.url + "/metrics").text.splitlines():
        if found.startswith(line + " "):
            return float(found.rpartition(" ")[2])
    return 0.0


@pytest.mark.usefixtures("small")
def test_programs_are_told_in_json_when_to_come_back(start: Start) -> None:
    app = start()
    assert [ask(app).status_code for _ in range(SMALL)] == [200] * SMALL
    refused = ask(app)
    assert refused.status_code == 429
    assert refused.json()["errors"][0]["extensions"]["code"] == "TOO_MANY_REQUESTS"
    seconds = int(refused.headers["retry-after"])
    assert 1 <= seconds <= 60
    assert refused.headers["ratelimit"] == f'"graphql";r=0;t={seconds}'
    assert refused.headers["ratelimit-policy"] == f'"graphql";q={SMALL};w=60'
    assert "default-src 'none'" in refused.headers["content-security-policy"]
    assert metric(app, 'shop_rate_limited_total{budget="graphql"}') == 1
    assert metric(app, 'shop_http_requests_total{method="POST",route="/graphql",status="429"}') == 1
    assert httpx.get(app.url + "/").status_code == 200, "pages have a budget of their own"


@pytest.mark.usefixtures("small")
def test_people_are_told_on_a_page(start: Start) -> None:
    app = start()
    accept = {"accept": "text/html,application/xhtml+xml"}
    answers = [httpx.get(app.url + "/templates", headers=accept) for _ in range(SMALL + 1)]
    assert [answer.status_code for answer in answers] == [200] * SMALL + [429]
    assert "One moment, please" in answers[-1].text
    assert "retry-after" in answers[-1].headers


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("path", "budget"),
    [("/auth/sign-in", "sign-in"), ("/auth/google/callback", "sign-in"), ("/auth/refresh", "refresh")],
)
def test_sign_in_and_refresh_are_limited(start: Start, path: str, budget: str) -> None:
    app = start()
    method = "POST" if path == "/auth/refresh" else "GET"
    for _ in range(SMALL):
        assert httpx.request(method, app.url + path).status_code != 429
    assert httpx.request(method, app.url + path).status_code == 429
    assert metric(app, f'shop_rate_limited_total{{budget="{budget}"}}') == 1


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("path", ["/livez", "/readyz", "/startupz", "/metrics", "/static/base.css", "/status.json"])
def test_probes_and_static_files_are_free(start: Start, path: str) -> None:
    app = start()
    assert {httpx.get(app.url + path).status_code for _ in range(SMALL + 3)} == {200}


@pytest.mark.usefixtures("small")
def test_webhooks_and_signing_out_are_free(start: Start) -> None:
    app = start()
    for path in ("/webhooks/stripe", "/auth/sign-out"):
        assert 429 not in {httpx.post(app.url + path, json={}).status_code for _ in range(SMALL + 3)}


def test_orders_have_a_strict_budget_under_any_alias(start: Start) -> None:
    app = start()
    order = "mutation { %s }"
    field = 'a%d: payOrder(id: "x") { id }'
    one = order % (field % 0)
    for _ in range(budgets.ORDERS.amount - 1):
        assert ask(app, one).status_code == 200
    two = order % " ".join(field % n for n in range(2))
    assert ask(app, two).status_code == 429, "two of them in one request count twice"
    assert ask(app, one).status_code == 200
    assert ask(app, one).status_code == 429
    assert ask(app, CALENDARS).status_code == 200


@pytest.mark.usefixtures("small")
def test_clients_behind_a_proxy_are_told_apart_only_when_it_is_trusted(start: Start) -> None:
    trusting = start(trusted_proxies="127.0.0.0/8")
    for _ in range(SMALL):
        assert ask(trusting, **{"x-forwarded-for": "198.51.100.1"}).status_code == 200
    assert ask(trusting, **{"x-forwarded-for": "198.51.100.1"}).status_code == 429
    assert ask(trusting, **{"x-forwarded-for": "198.51.100.2"}).status_code == 200
    wary = start()
    assert {ask(wary, **{"x-forwarded-for": f"198.51.100.{n}"}).status_code for n in range(SMALL + 1)} == {200, 429}


@pytest.mark.usefixtures("small")
def test_two_processes_share_the_counters(start: Start) -> None:
    secret = SecretStr(secrets.token_hex(20))
    one, two = start(session_secret=secret), start(session_secret=secret)
    assert [ask(app).status_code for app in (one, two, one, two)] == [200, 200, 200, 429]


@pytest.mark.usefixtures("small")
def test_shop_stays_open_while_valkey_is_away(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    app = start(queue_url=f"redis://127.0.0.1:{free_port()}/0")
    assert {ask(app).status_code for _ in range(SMALL + 3)} == {200}
    assert metric(app, "shop_rate_limits_unread_total") >= 1


@pytest.mark.usefixtures("small")
def test_limits_can_be_switched_off_for_load_from_one_address(start: Start) -> None:
    app = start(rate_limits=False)
    assert {ask(app).status_code for _ in range(SMALL + 3)} == {200}


def test_no_address_stands_in_valkey(start: Start, queue_url: str) -> None:
    import redis

    app = start()
    assert ask(app).status_code == 200
    with redis.Redis.from_url(queue_url) as client:
        keys = [key.decode() for key in client.scan_iter("throttle*")]
    assert keys
    assert not [key for key in keys if "127.0.0" in key]
