"""Control is for this machine only, and no page of another site may use it through a browser here."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from system_under_test.doubles.kit.control import is_loopback
from system_under_test.doubles.pagerduty.app import PagerDutySettings
from system_under_test.doubles.pagerduty.app import create_app as pagerduty
from system_under_test.doubles.slack.app import create_app as slack
from system_under_test.doubles.slack.workspace import SlackSettings

GUARDED = [("POST", "/_control/reset"), ("POST", "/_control/fault"), ("GET", "/_control/fault"), ("DELETE", "")]


def ask(app: FastAPI, method: str, path: str, client: str, **options: Any) -> httpx.Response:
    async def call() -> httpx.Response:
        transport = httpx.ASGITransport(app, client=(client, 40_000))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8025") as sender:
            return await sender.request(method, path, **options)

    return asyncio.run(call())


@pytest.fixture(params=["slack", "pagerduty"])
def app_and_list(request: pytest.FixtureRequest) -> tuple[FastAPI, str]:
    if request.param == "slack":
        return slack(SlackSettings()), "/messages"
    return pagerduty(PagerDutySettings(keys=(("0" * 32, "shop"),))), "/incidents"


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_strangers_are_refused(app_and_list: tuple[FastAPI, str], method: str, path: str) -> None:
    app, listing = app_and_list
    body = {"mode": "slow"} if path == "/_control/fault" and method == "POST" else None
    target = path or listing
    assert ask(app, method, target, "203.0.113.9", json=body).status_code == 403
    assert ask(app, method, target, "127.0.0.1", json=body).status_code == 200
    for headers in ({"origin": "https://evil.example"}, {"origin": "null"}, {"host": "evil.example:8025"}):
        assert ask(app, method, target, "127.0.0.1", json=body, headers=headers).status_code == 403, headers


def test_strangers_may_look_and_send(app_and_list: tuple[FastAPI, str]) -> None:
    app, listing = app_and_list
    assert ask(app, "GET", listing, "203.0.113.9").status_code == 200
    assert ask(app, "GET", "/livez", "203.0.113.9").json() == {"status": "live"}


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("[::1]", True),
        ("::ffff:127.0.0.1", True),
        ("localhost", True),
        ("::ffff:203.0.113.9", False),
        ("10.0.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - a name to be refused, nothing is bound
        ("localhost.evil.example", False),
        ("", False),
    ],
)
def test_what_counts_as_this_machine(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.parametrize(
    "order",
    [
        {"mode": "explode"},
        {"mode": "slow", "next": 0},
        {"mode": "slow", "next": 10_001},
        {"mode": "slow", "seconds": -1},
        {"mode": "slow", "until": "noon"},
        {},
    ],
)
def test_a_wrong_order_is_refused_and_sets_nothing(app_and_list: tuple[FastAPI, str], order: dict[str, Any]) -> None:
    app, _ = app_and_list
    assert ask(app, "POST", "/_control/fault", "127.0.0.1", json=order).status_code == 422
    assert ask(app, "GET", "/_control/fault", "127.0.0.1").json() == {"mode": None, "left": 0}


def test_a_fault_counts_down_and_a_reset_ends_it(app_and_list: tuple[FastAPI, str]) -> None:
    app, _ = app_and_list
    send = "/v2/enqueue" if app.title.startswith("Pager") else "/api/chat.postMessage"
    order = {"mode": "server_error", "next": 2}
    assert ask(app, "POST", "/_control/fault", "127.0.0.1", json=order).json() == {"mode": "server_error", "left": 2}
    assert ask(app, "POST", send, "127.0.0.1", content=b"{}").status_code == 500
    assert ask(app, "GET", "/_control/fault", "127.0.0.1").json()["left"] == 1
    assert ask(app, "POST", "/_control/reset", "127.0.0.1").status_code == 200
    assert ask(app, "POST", send, "127.0.0.1", content=b"{}").status_code != 500
