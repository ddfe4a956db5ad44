"""Security headers are on every response, whatever became of the request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from system_under_test.app.factory import create_app
from system_under_test.settings import AppSettings
from tests.shop.conftest import RunningApp
from tests.shop.helpers import CALENDARS, Guest, token_on

EXPECTED = {
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
JSON = {"content-type": "application/json"}


def assert_protected(response: httpx.Response) -> None:
    for name, value in EXPECTED.items():
        assert response.headers.get(name) == value, name
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "camera=()" in response.headers["permissions-policy"]
    assert "server" not in response.headers
    assert len(response.headers["x-request-id"]) == 16


@pytest.mark.parametrize(
    ("method", "path", "send", "status"),
    [
        ("GET", "/", {}, 200),
        ("HEAD", "/", {}, 200),
        ("OPTIONS", "/", {}, 405),
        ("GET", "/templates", {}, 200),
        ("GET", "/status", {}, 200),
        ("GET", "/status.json", {}, 200),
        ("GET", "/help", {}, 200),
        ("GET", "/help/search?q=moon", {}, 200),
        ("GET", "/help/editor", {}, 200),
        ("GET", "/help/nothing", {}, 404),
        ("GET", "/help/pictures/getting-started-1.png", {}, 200),
        ("GET", "/legal/privacy", {}, 200),
        ("GET", "/cart", {}, 200),
        ("GET", "/checkout", {}, 200),
        ("GET", "/orders", {}, 200),
        ("GET", "/orders/0b1f6f0e-6c1f-4a4e-9a52-6a2e6f0c9e11", {}, 404),
        ("GET", "/admin", {}, None),
        ("GET", "/account", {}, None),
        ("GET", "/signed-in", {}, None),
        ("GET", "/account/export", {}, 401),
        ("GET", "/auth/sign-in", {}, 503),
        ("GET", "/auth/google/callback", {}, 400),
        ("POST", "/auth/refresh", {}, 401),
        ("POST", "/auth/sign-out", {}, 200),
        ("POST", "/webhooks/stripe", {"json": {}}, 400),
        ("GET", "/static/base.css", {}, 200),
        ("HEAD", "/static/base.css", {}, 200),
        ("GET", "/static/none.css", {}, 404),
        ("POST", "/static/base.css", {}, 405),
        ("GET", "/static/../../settings.py", {}, 404),
        ("GET", "/covers/night-sky.svg", {}, 200),
        ("GET", "/themes.css", {}, 200),
        ("GET", "/livez", {}, 200),
        ("GET", "/metrics", {}, 200),
        ("GET", "/nowhere", {}, 404),
        ("PUT", "/", {}, 405),
        ("TRACE", "/", {}, 405),
        ("GET", "/graphql", {}, 200),
        ("POST", "/graphql", {"json": {"query": CALENDARS}}, 200),
        ("POST", "/graphql", {"content": "{", "headers": JSON}, 400),
        ("POST", "/graphql", {"json": {"query": CALENDARS}, "headers": {"authorization": "Bearer x"}}, 401),
        ("POST", "/graphql", {"content": "x" * 70_000, "headers": JSON}, 413),
        ("POST", "/graphql", {"content": "x", "headers": {"content-type": "text/plain"}}, 415),
        ("POST", "/calendars", {"data": {}}, 400),
        ("POST", "/calendars", {"data": {"template": "village-year"}}, 403),
        ("POST", "/calendars", {"json": {"template": "village-year"}}, 400),
        ("POST", "/calendars", {"files": {"template": b"village-year"}}, 415),
        ("POST", "/calendars", {"data": {}, "headers": {"origin": "https://evil.example"}}, 403),
    ],
)
def test_answer_is_protected(
    client: httpx.Client, method: str, path: str, send: dict[str, Any], status: int | None
) -> None:
    response = client.request(method, path, **send)
    assert status is None or response.status_code == status
    assert_protected(response)


@pytest.mark.parametrize("path", ["/", "/status", "/help/faq", "/livez", "/static/base.css", "/nowhere"])
def test_head_answers_like_get_without_the_body(client: httpx.Client, path: str) -> None:
    got, headed = client.get(path), client.head(path)
    assert headed.status_code == got.status_code
    assert headed.headers["content-length"] == got.headers["content-length"]
    assert headed.content == b""


def test_redirect_after_a_form_is_protected(client: httpx.Client) -> None:
    form = {"template": "village-year", "form_token": token_on(client)}
    response = client.post("/calendars", data=form)
    assert response.status_code == 303
    assert_protected(response)


def test_fault_is_protected(guest: Guest, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("system_under_test.web.routes.list_templates", broken)
    monkeypatch.setattr("system_under_test.calendars.service.list_calendars", broken)
    for response in (guest.client.get("/"), guest.client.post("/graphql", json={"query": CALENDARS})):
        assert response.status_code == 500
        assert "secret detail" not in response.text
        assert_protected(response)


def test_body_without_declared_length_is_limited_too(client: httpx.Client) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 1000

    response = client.post("/graphql", content=endless(), headers=JSON)
    assert response.status_code == 413
    assert_protected(response)


def test_refusal_for_too_many_is_protected(settings: AppSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    from system_under_test.throttling import budgets

    monkeypatch.setattr(budgets.PAGES.item, "amount", 1)
    limited = settings.model_copy(update={"rate_limits": True, "session_secret": settings.token_secret})
    with RunningApp(create_app(limited)) as running:
        answers = [httpx.get(running.url + "/templates") for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200, 429}
    for answer in answers:
        assert_protected(answer)


def test_https_is_insisted_upon_in_production_only(client: httpx.Client, settings: AppSettings) -> None:
    assert "strict-transport-security" not in client.get("/").headers
    production = settings.model_copy(update={"environment": type(settings.environment).PRODUCTION})
    with RunningApp(create_app(production)) as running:
        for path in ("/", "/nowhere", "/static/base.css", "/livez"):
            assert "max-age=63072000" in httpx.get(running.url + path).headers["strict-transport-security"]
