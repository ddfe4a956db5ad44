"""The inbox of webhooks: forged, old, broken, repeated, concurrent; amounts and orders that do not agree."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import stripe
from sqlalchemy.exc import OperationalError

from system_under_test.app.resources import Shop
from system_under_test.payments import webhook
from system_under_test.payments.work import handle_webhook
from tests.shop.payments.till import SECRET, VISA, Customer, Stripe, Till

RECEIVED = "SELECT count(*) FROM webhook_events"


@pytest.fixture
def completed(till: Till, provider: Stripe, customer: Customer) -> dict[str, Any]:
    """A payment whose events the shop has not received."""
    order = customer.new_order()
    provider.control("webhooks", mode="drop", count=100)
    provider.pay(order["checkoutUrl"], VISA)
    assert till.rows(RECEIVED) == [0]
    return provider.event("checkout.session.completed")


def changed(event: dict[str, Any], **values: Any) -> dict[str, Any]:
    """Return another event about the same page, with other values."""
    other = copy.deepcopy(event)
    other["id"] = f"{event['id']}x"
    other["data"]["object"].update(values)
    return other


def test_the_same_event_five_times_at_once(till: Till, customer: Customer, completed: dict[str, Any]) -> None:
    with ThreadPoolExecutor(5) as pool:
        assert list(pool.map(lambda _: till.deliver(completed), range(5))) == [200] * 5
    (row_id,) = till.rows("SELECT id FROM webhook_events")
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda _: handle_webhook(till.shop.database, row_id), range(5)))
    assert till.deliver(completed) == 200
    till.work()
    assert till.rows("SELECT status, attempts FROM webhook_events") == [("DONE", 1)]
    assert till.statuses() == ["PAID"]
    assert till.rows("SELECT new_status FROM order_changes ORDER BY id") == ["PLACED", "PAID"]
    assert till.rows("SELECT count(*) FROM pdf_jobs") == [1]
    assert till.rows("SELECT count(*) FROM mails") == [1]


def test_two_events_of_one_payment_at_once(till: Till, completed: dict[str, Any]) -> None:
    later = {**changed(completed), "type": "checkout.session.async_payment_succeeded"}
    assert [till.deliver(event) for event in (completed, later)] == [200, 200]
    with ThreadPoolExecutor(2) as pool:
        ids = till.rows("SELECT id FROM webhook_events")
        list(pool.map(lambda row_id: handle_webhook(till.shop.database, row_id), ids))
    assert till.rows("SELECT status FROM webhook_events") == ["DONE", "DONE"]
    assert till.rows("SELECT count(*) FROM mails") == [1]


def test_only_what_decides_is_kept(till: Till, completed: dict[str, Any]) -> None:
    assert till.deliver(completed) == 200
    (payload,) = till.rows("SELECT payload::text FROM webhook_events")
    assert json.loads(payload)["payment_status"] == "paid"
    for private in ("ada@example.com", "Ada", "4242", "client_secret", "customer"):
        assert private not in payload


def test_forged_and_old_signatures(till: Till, completed: dict[str, Any], shop_log: Callable[[], str]) -> None:
    assert till.deliver(completed, secret="whsec_of_somebody_else") == 400
    assert till.deliver(completed, age=301) == 400
    assert till.deliver(completed, age=10**6) == 400
    assert till.rows(RECEIVED) == [0]
    assert "cs_test" not in shop_log()
    assert till.deliver(completed, age=290) == 200


def post(till: Till, body: bytes, header: str | None = None) -> int:
    signed = f"{int(time.time())}."
    if header is None:
        mac = stripe.WebhookSignature._compute_signature(signed + body.decode("utf-8", "replace"), SECRET)
        header = f"t={signed[:-1]},v1={mac}"
    headers = {"Content-Type": "application/json", **({"Stripe-Signature": header} if header else {})}
    return httpx.post(f"{till.url}/webhooks/stripe", content=body, headers=headers, timeout=20).status_code


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"text"', b"{}", b'{"id": 1, "type": "a", "created": 1}',
     b'{"id": "evt_1", "type": "a\\u0000", "created": 1}', b'{"id": "evt_1", "type": "a", "created": "x"}',
     b'{"id": "evt_1", "type": "a", "created": -1}', b'{"id": "evt_1", "type": "a", "created": 1e400}',
     b"[" * 5000],
)  # fmt: skip
def test_signed_nonsense_is_refused(till: Till, body: bytes) -> None:
    assert post(till, body) == 400
    assert till.rows(RECEIVED) == [0]


@pytest.mark.parametrize(
    "header", ["", "t=1", "v1=a", "t=x,v1=a", "t=1,v0=a", ",,,", "t=1,v1=\u00e4".encode("latin-1")]
)
def test_broken_signatures_are_refused(till: Till, header: Any) -> None:
    assert post(till, b"{}", header or "") == 400


def test_bytes_that_are_no_text_are_refused(till: Till) -> None:
    assert post(till, b"\xff\xfe{}", f"t={int(time.time())},v1=00") == 400


def test_a_large_body_is_refused(till: Till) -> None:
    assert post(till, b" " * 70_000) == 413


def test_odd_content_of_a_known_event_is_no_fault(till: Till) -> None:
    for number, about in enumerate([None, [], {"metadata": 7}, {"id": {}, "amount_total": True}]):
        event = {"id": f"evt_{number}", "type": "checkout.session.completed", "created": 1, "data": {"object": about}}
        assert till.deliver(event) == 200
    till.work()
    assert till.rows("SELECT status FROM webhook_events") == ["FAILED"] * 4


def test_unknown_events_are_ignored(till: Till) -> None:
    assert till.deliver({"id": "evt_1", "type": "price.created", "created": 1, "data": {"object": {}}}) == 200
    till.work()
    assert till.rows("SELECT status FROM webhook_events") == ["IGNORED"]


@pytest.mark.parametrize(
    "values",
    [
        {"amount_total": 1},
        {"amount_total": 2481},
        {"currency": "usd"},
        {"amount_total": None},
        {"payment_intent": None},
    ],
)
def test_another_amount_does_not_pay(
    till: Till, completed: dict[str, Any], values: dict[str, Any], shop_log: Callable[[], str]
) -> None:
    assert till.deliver(changed(completed, **values)) == 200
    till.work()
    assert till.statuses() == ["PLACED"]
    assert till.rows("SELECT status FROM webhook_events") == ["FAILED"]
    assert "payment_problem" in shop_log()
    assert till.deliver(completed) == 200
    till.work()
    assert till.statuses() == ["PAID"], "the true event still counts"


def test_another_order_is_not_paid(till: Till, customer: Customer, completed: dict[str, Any]) -> None:
    dear = customer.new_order()
    marks = {
        "client_reference_id": dear["id"],
        "metadata": {"order_id": dear["id"]},
        "amount_total": dear["totalCents"],
    }
    assert till.deliver(changed(completed, **marks)) == 200
    unknown = "00000000-0000-4000-8000-000000000000"
    assert till.deliver({**changed(completed, client_reference_id=unknown), "id": "evt_y"}) == 200
    nobody = {"client_reference_id": unknown, "metadata": {"order_id": unknown}}
    assert till.deliver({**changed(completed, **nobody), "id": "evt_z"}) == 200
    till.work()
    assert till.rows("SELECT DISTINCT status FROM webhook_events") == ["FAILED"]
    assert till.statuses() == ["PLACED", "PLACED"]


def test_a_second_payment_is_told_loudly(till: Till, completed: dict[str, Any], shop_log: Callable[[], str]) -> None:
    till.deliver(completed)
    till.work()
    till.deliver(changed(completed, id="cs_test_other", payment_intent="pi_other"))
    till.work()
    assert till.rows("SELECT status FROM webhook_events ORDER BY created_at") == ["DONE", "FAILED"]
    assert "paid a second time" in shop_log()


def test_money_for_a_cancelled_order_brings_it_back(till: Till, completed: dict[str, Any]) -> None:
    till.rows("UPDATE orders SET status = 'CANCELLED'")
    till.deliver(completed)
    till.work()
    assert till.statuses() == ["PAID"]


def test_a_payment_after_the_account_was_deleted(till: Till, completed: dict[str, Any]) -> None:
    till.rows("UPDATE orders SET owner_id = NULL")
    till.deliver(completed)
    till.work()
    assert till.statuses() == ["PAID"]
    assert till.rows("SELECT count(*) FROM pdf_jobs") == [1]


def count(shop: Shop, outcome: str) -> float:
    return shop.metrics.registry.get_sample_value("shop_webhook_requests_total", {"outcome": outcome}) or 0.0


def test_without_database_the_provider_is_asked_to_come_again(
    till: Till, completed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> bool:
        raise OperationalError("INSERT", {}, Exception("gone"))

    before = count(till.shop, "unavailable")
    with monkeypatch.context() as broken:
        broken.setattr(webhook, "keep_event", away)
        assert till.deliver(completed) == 503
    assert count(till.shop, "unavailable") == before + 1
    assert till.deliver(completed) == 200


def test_the_secret_before_this_one_counts_while_it_is_named(completed: dict[str, Any]) -> None:
    body = json.dumps(completed)
    signature = stripe.WebhookSignature.generate_signature_header(body, "whsec_old")
    assert webhook.read_event(body.encode(), signature, "whsec_new,whsec_old")["id"] == completed["id"]
    with pytest.raises(webhook.BadEventError):
        webhook.read_event(body.encode(), signature, "whsec_new")


def test_webhooks_are_counted(till: Till, completed: dict[str, Any]) -> None:
    before = {name: count(till.shop, name) for name in ("kept", "duplicate", "refused")}
    till.deliver(completed)
    till.deliver(completed)
    till.deliver(completed, secret="whsec_wrong")
    assert {name: count(till.shop, name) - value for name, value in before.items()} == {
        "kept": 1, "duplicate": 1, "refused": 1,
    }  # fmt: skip
