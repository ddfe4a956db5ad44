"""From the payment page to the paid order, through the double's signed webhooks."""

from __future__ import annotations

import uuid

import pytest

from tests.shop.helpers import wait_until
from tests.shop.payments.till import (
    CART,
    DECLINED,
    FAILS_LATER,
    NEEDS_3DS,
    PAY,
    SET_QUANTITY,
    Customer,
    Stripe,
    Till,
)


def test_place_pay_and_find_it_paid(till: Till, provider: Stripe, customer: Customer) -> None:
    customer.fill_cart("a3-wall", 2)
    customer.fill_cart("a4-gift", 1)
    placed = customer.place()
    assert (placed["status"], placed["totalCents"]) == ("PLACED", 2 * 2990 + 3490 + 490)
    (session,) = provider.sessions()
    assert (session.amount_total, session.currency) == (placed["totalCents"], "eur")
    assert session.client_reference_id == placed["id"]
    assert session.cancel_url == f"{till.url}/orders/{placed['id']}"
    answer = provider.pay(placed["checkoutUrl"])
    assert (answer.status_code, answer.headers["location"]) == (303, f"{session.cancel_url}?paid=1")
    till.work()
    paid = customer.order(placed["id"])
    assert (paid["status"], paid["statusText"], paid["checkoutUrl"]) == ("PAID", "Paid, about to be printed", None)
    assert paid["paidAt"] is not None
    assert [step["status"] for step in paid["history"]] == ["PLACED", "PAID"]
    assert [item["pdf"]["status"] for item in paid["items"]] == ["QUEUED", "QUEUED"]
    intent = provider.sessions()[0].payment_intent
    assert till.rows("SELECT stripe_payment_intent FROM orders") == [intent]
    assert till.rows("SELECT count(*) FROM pdf_jobs WHERE order_item_id IS NOT NULL") == [2]
    assert till.rows("SELECT kind, subject_id FROM mails") == [("confirmation", uuid.UUID(placed["id"]))]
    assert customer.data(CART)["cart"]["items"] == []


def test_the_worker_is_told(till: Till, provider: Stripe, customer: Customer) -> None:
    order = customer.new_order()
    provider.pay(order["checkoutUrl"])
    provider.settled()
    wait_until(lambda: till.shop.gauge.depth().get("orders", 0) == 2)
    till.work()
    # Two events and a letter, and a PDF.
    wait_until(lambda: (depth := till.shop.gauge.depth())["orders"] == 3 and depth["pdf"] == 1)


def test_only_what_was_ordered_leaves_the_cart(till: Till, provider: Stripe, customer: Customer) -> None:
    customer.fill_cart("a4-wall", 2)
    order = customer.place()
    (item,) = customer.data(CART)["cart"]["items"]
    customer.data(SET_QUANTITY, itemId=item["id"], quantity=5)
    customer.fill_cart("a3-wall", 1)
    provider.pay(order["checkoutUrl"])
    till.work()
    left = [(line["product"]["slug"], line["quantity"]) for line in customer.data(CART)["cart"]["items"]]
    assert left == [("a4-wall", 3), ("a3-wall", 1)]


def test_a_decline_leaves_the_order_payable(till: Till, provider: Stripe, customer: Customer) -> None:
    order = customer.new_order()
    assert provider.pay(order["checkoutUrl"], DECLINED).status_code == 402
    till.work()
    seen = customer.order(order["id"])
    assert (seen["status"], seen["checkoutUrl"]) == ("PLACED", order["checkoutUrl"])
    assert seen["history"][-1]["note"] == "A payment was declined. You can try again, or use another card."
    assert provider.pay(order["checkoutUrl"]).status_code == 303
    till.work()
    assert customer.order(order["id"])["status"] == "PAID"


def test_completed_does_not_mean_paid(till: Till, provider: Stripe, customer: Customer) -> None:
    order = customer.new_order()
    assert provider.pay(order["checkoutUrl"], FAILS_LATER).status_code == 303
    till.work()
    assert provider.event("checkout.session.completed")["data"]["object"]["payment_status"] == "unpaid"
    assert customer.order(order["id"])["status"] == "PLACED"
    fresh = customer.data(PAY, id=order["id"])["payOrder"]["checkoutUrl"]
    assert fresh != order["checkoutUrl"]
    provider.pay(fresh)
    till.work()
    assert customer.order(order["id"])["status"] == "PAID"
    assert provider.paid_cents() == order["totalCents"]


def test_authentication_at_the_bank(till: Till, provider: Stripe, customer: Customer) -> None:
    order = customer.new_order()
    step = provider.pay(order["checkoutUrl"], NEEDS_3DS).headers["location"]
    till.work()
    assert till.statuses() == ["PLACED"]
    assert provider.browser.post(step, data={"outcome": "complete"}).status_code == 303
    till.work()
    assert till.statuses() == ["PAID"]


@pytest.mark.parametrize("mode", ["duplicate", "reorder", "delay", "bad_signature", "old_timestamp"])
def test_trouble_on_the_way(till: Till, provider: Stripe, customer: Customer, mode: str) -> None:
    order = customer.new_order()
    provider.control("webhooks", mode=mode, count=2, seconds=400.0 if mode == "old_timestamp" else 0.2)
    provider.pay(order["checkoutUrl"])
    for delivery in provider.settled():
        if mode in {"bad_signature", "old_timestamp"}:
            assert {attempt["status"] for attempt in delivery["attempts"]} == {400}
            provider.control(f"redeliver/{delivery['event_id']}")
    till.work()
    assert customer.order(order["id"])["status"] == "PAID"
    assert till.rows("SELECT count(*) FROM webhook_events") == [2]
    assert till.rows("SELECT count(*) FROM pdf_jobs") == [1]
    assert till.rows("SELECT count(*) FROM mails") == [1]
