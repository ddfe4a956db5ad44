"""The switches of testers, and who may use them."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from system_under_test.doubles.stripe.app import Options, create_app
from tests.doubles.stripe.helpers import SECRET, StripeDouble


@pytest.mark.parametrize(
    ("host", "status"), [("127.0.0.1", 200), ("::1", 200), ("203.0.113.9", 403), ("nobody.test", 403)]
)
def test_only_the_loopback_may_switch(host: str, status: int) -> None:
    app = create_app(Options("http://127.0.0.1:9/", SECRET))

    async def ask(method: str, path: str) -> int:
        transport = httpx.ASGITransport(app, client=(host, 40000))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return (await client.request(method, path)).status_code

    assert asyncio.run(ask("POST", "/_control/reset")) == status
    assert asyncio.run(ask("GET", "/_control/deliveries")) == status
    assert asyncio.run(ask("GET", "/livez")) == 200


def test_a_page_of_another_site_may_not_switch(double: StripeDouble) -> None:
    session = double.open()
    refused = double.browser.post("/_control/reset", headers={"Origin": "https://evil.test"})
    assert refused.status_code == 403
    assert double.sessions.retrieve(session.id).status == "open"


@pytest.mark.parametrize(
    ("path", "order"),
    [
        ("webhooks", {"mode": "chaos"}),
        ("webhooks", {"mode": "drop", "count": 0}),
        ("webhooks", {"mode": "drop", "times": 1}),
        ("webhooks", {}),
        ("fault", {"status": 200}),
        ("fault", {"seconds": -1}),
        ("advance", {"seconds": -1}),
    ],
)
def test_a_wrong_order_is_refused(double: StripeDouble, path: str, order: dict[str, object]) -> None:
    response = double.browser.post(f"/_control/{path}", json=order)
    assert response.status_code == 422
    assert response.json()["error"]


def test_no_json_is_refused(double: StripeDouble) -> None:
    assert double.browser.post("/_control/webhooks", content=b"mode=drop").status_code == 422


def test_an_unknown_event_is_not_redelivered(double: StripeDouble) -> None:
    assert double.browser.post("/_control/redeliver/evt_no").status_code == 404


def test_reset_forgets_everything(double: StripeDouble) -> None:
    session = double.paid()
    double.control("fault", status=500, calls=5)
    double.control("webhooks", mode="drop", count=5)
    double.control("advance", seconds=1000)
    double.control("reset")
    assert double.sessions.list().data == []
    assert double.client.v1.events.list().data == []
    assert double.deliveries() == []
    assert double.browser.get(f"/c/pay/{session.id}").status_code == 404
    double.paid()
    assert [d["mode"] for d in double.settled()] == ["normal", "normal"]
