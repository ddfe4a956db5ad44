"""Cancelling, paying later, pages that expire, and webhooks that never came."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from system_under_test.errors import ShopError
from system_under_test.orders import pay_page
from system_under_test.payments.gateway import Gateway, GatewayError, PayPage
from system_under_test.payments.inbox import rescue_events
from system_under_test.payments.reconcile import find_unsettled, settle
from system_under_test.settings import AppSettings
from tests.shop.payments.till import CANCEL, CART, FAILS_LATER, PAY, Customer, Stripe, Till


def lose_webhooks(provider: Stripe) -> None:
    provider.control("webhooks", mode="drop", count=1000)


def unsettled(till: Till) -> list[uuid.UUID]:
    with till.shop.database.read() as session:
        return find_unsettled(session, 0, 10)


def test_cancel(till: Till, provider: Stripe, customer: Customer) -> None:
    order = customer.new_order()
    cancelled = customer.data(CANCEL, id=order["id"])["cancelOrder"]
    assert (cancelled["status"], cancelled["checkoutUrl"]) == ("CANCELLED", None)
    assert [session.status for session in provider.sessions()] == ["expired"]
    assert provider.pay(order["checkoutUrl"]).status_code == 410
    till.work()
    assert till.statuses() == ["CANCELLED"]
    assert customer.data(CART)["cart"]["count"] == 1, "the cart is there to try again"
    assert customer.code(CANCEL, id=order["id"]) == "CONFLICT"
    assert customer.code(PAY, id=order["id"]) == "CONFLICT"


def test_cancel_at_the_moment_of_payment(till: Till, provider: Stripe, customer: Customer) -> None:
    order = customer.new_order()
    lose_webhooks(provider)
    provider.pay(order["checkoutUrl"])
    refusal = customer.refusal(CANCEL, id=order["id"])
    assert (refusal["code"], refusal["message"]) == ("CONFLICT", "This order has been paid already.")
    assert customer.order(order["id"])["status"] == "PAID"
    assert till.rows("SELECT count(*) FROM pdf_jobs") == [1]


def test_pay_order_after_a_lost_webhook(till: Till, provider: Stripe, customer: Customer) -> None:
    order = customer.new_order()
    lose_webhooks(provider)
    provider.pay(order["checkoutUrl"])
    assert customer.code(PAY, id=order["id"]) == "CONFLICT"
    assert customer.order(order["id"])["status"] == "PAID"


@pytest.mark.parametrize("operation", [CANCEL, PAY])
def test_a_paid_order_is_neither_cancelled_nor_paid_again(till: Till, customer: Customer, operation: str) -> None:
    order = till.paid_order(customer)
    assert customer.code(operation, id=order["id"]) == "CONFLICT"
    assert till.statuses() == ["PAID"]


def test_pay_order_gives_the_open_page_again(till: Till, provider: Stripe, customer: Customer) -> None:
    order = customer.new_order()
    assert customer.data(PAY, id=order["id"])["payOrder"]["checkoutUrl"] == order["checkoutUrl"]
    assert len(provider.sessions()) == 1


@pytest.mark.parametrize("clicks", [1, 4])
def test_after_the_page_expired_a_new_one(till: Till, provider: Stripe, customer: Customer, clicks: int) -> None:
    order = customer.new_order()
    lose_webhooks(provider)
    provider.control("advance", seconds=25 * 3600)
    with ThreadPoolExecutor(clicks) as pool:
        answers = list(pool.map(lambda _: customer.data(PAY, id=order["id"])["payOrder"], range(clicks)))
    (fresh,) = {answer["checkoutUrl"] for answer in answers}
    assert fresh != order["checkoutUrl"]
    assert sorted(str(session.status) for session in provider.sessions()) == ["expired", "open"]
    assert till.deliver(provider.event("checkout.session.expired")) == 200
    till.work()
    assert till.rows("SELECT status, note FROM webhook_events") == [("IGNORED", "a newer payment page took its place")]
    provider.control("webhooks", mode="normal")
    provider.pay(fresh)
    till.work()
    assert till.statuses() == ["PAID"]
    assert provider.paid_cents() == order["totalCents"]


def test_an_expired_page_cancels_its_order(till: Till, provider: Stripe, customer: Customer) -> None:
    order = customer.new_order()
    provider.control("advance", seconds=25 * 3600)
    till.work()
    seen = customer.order(order["id"])
    assert (seen["status"], seen["history"][-1]["note"]) == ("CANCELLED", "The payment page expired.")


def test_a_payment_that_the_bank_works_on(
    till: Till, provider: Stripe, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = customer.new_order()
    provider.pay(order["checkoutUrl"], FAILS_LATER)
    look_up = Gateway.look_up

    def processing(self: Gateway, session_id: str) -> Any:
        facts = look_up(self, session_id)
        assert facts is not None
        return type(facts)(**{**{n: getattr(facts, n) for n in facts.__slots__}, "intent_status": "processing"})

    monkeypatch.setattr(Gateway, "look_up", processing)
    for operation in (CANCEL, PAY):
        refusal = customer.refusal(operation, id=order["id"])
        assert (refusal["code"], "bank is still working" in refusal["message"]) == ("CONFLICT", True)


@pytest.mark.parametrize("operation", [CANCEL, PAY])
def test_without_the_provider_nothing_changes(till: Till, provider: Stripe, customer: Customer, operation: str) -> None:
    order = customer.new_order()
    provider.control("fault", status=500, calls=3)
    assert customer.code(operation, id=order["id"]) == "UNAVAILABLE"
    provider.control("fault", calls=0)
    assert customer.order(order["id"]) == order


def test_a_page_that_the_provider_has_forgotten(till: Till, provider: Stripe, customer: Customer) -> None:
    order = customer.new_order()
    provider.control("reset")
    fresh = customer.data(PAY, id=order["id"])["payOrder"]["checkoutUrl"]
    assert fresh != order["checkoutUrl"]
    provider.control("reset")
    assert customer.data(CANCEL, id=order["id"])["cancelOrder"]["status"] == "CANCELLED"


def test_a_page_opened_for_an_order_that_is_cancelled_meanwhile_is_closed(
    till: Till, provider: Stripe, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer.fill_cart()
    provider.control("fault", status=500, calls=3)
    order_id = customer.refusal_of_placing()
    provider.control("fault", calls=0)
    opened = Gateway.open_pay_page

    def slow(self: Gateway, *arguments: Any) -> PayPage:
        page = opened(self, *arguments)
        till.rows("UPDATE orders SET status = 'CANCELLED'")
        return page

    monkeypatch.setattr(Gateway, "open_pay_page", slow)
    with pytest.raises(ShopError, match="was cancelled"):
        pay_page.pay_again(till.shop.database, till.shop.gateway, uuid.UUID(order_id))
    assert [session.status for session in provider.sessions()] == ["expired"]


def test_a_page_opened_again_while_its_order_is_cancelled(
    till: Till, provider: Stripe, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = customer.new_order()
    expire = Gateway.expire

    def slow(self: Gateway, session_id: str) -> bool:
        closed = expire(self, session_id)
        till.rows("UPDATE orders SET stripe_session_id = 'cs_new'")
        return closed

    lose_webhooks(provider)
    monkeypatch.setattr(Gateway, "expire", slow)
    assert customer.code(CANCEL, id=order["id"]) == "CONFLICT"
    assert till.statuses() == ["PLACED"]


def test_a_lost_webhook_loses_no_order(till: Till, provider: Stripe, customer: Customer) -> None:
    order = customer.new_order()
    lose_webhooks(provider)
    provider.pay(order["checkoutUrl"])
    with till.shop.database.read() as session:
        assert find_unsettled(session, 60, 10) == [], "it is not late yet"
    (order_id,) = unsettled(till)
    assert str(order_id) == order["id"]
    facts = settle(till.shop.database, till.shop.gateway, order_id)
    assert facts is not None
    assert facts.is_paid
    assert customer.order(order["id"])["status"] == "PAID"
    assert unsettled(till) == []
    provider.control("webhooks", mode="normal")
    till.deliver(provider.event("checkout.session.completed"))
    till.work()
    assert till.rows("SELECT count(*) FROM mails") == [1]


def test_settling_an_open_and_an_expired_page(till: Till, provider: Stripe, customer: Customer) -> None:
    first, second = customer.new_order()["id"], customer.place()["id"]
    assert [str(order_id) for order_id in unsettled(till)] == [first, second]
    settle(till.shop.database, till.shop.gateway, uuid.UUID(first))
    assert [str(order_id) for order_id in unsettled(till)] == [second, first], "others come first the next time"
    lose_webhooks(provider)
    provider.control("advance", seconds=25 * 3600)
    for order_id in unsettled(till):
        settle(till.shop.database, till.shop.gateway, order_id)
    assert till.statuses() == ["CANCELLED", "CANCELLED"]


def test_settling_without_provider_or_page(till: Till, provider: Stripe, customer: Customer) -> None:
    order_id = uuid.UUID(customer.new_order()["id"])
    provider.control("fault", status=500, calls=3)
    with pytest.raises(GatewayError):
        settle(till.shop.database, till.shop.gateway, order_id)
    provider.control("fault", calls=0)
    provider.control("reset")
    assert settle(till.shop.database, till.shop.gateway, order_id) is None
    till.rows("UPDATE orders SET stripe_session_id = NULL")
    assert settle(till.shop.database, till.shop.gateway, order_id) is None
    assert unsettled(till) == []


def test_a_provider_that_cannot_be_reached(settings: AppSettings) -> None:
    gateway = Gateway(settings)  # of the tests' settings, where nobody listens
    try:
        for ask in (lambda: gateway.look_up("cs_1"), lambda: gateway.expire("cs_1")):
            with pytest.raises(GatewayError) as fault:
                ask()
            assert not fault.value.is_final
    finally:
        gateway.close()


def test_settling_and_the_webhook_at_once(till: Till, provider: Stripe, customer: Customer) -> None:
    order = customer.new_order()
    provider.pay(order["checkoutUrl"])
    provider.settled()
    jobs = [till.work] + 3 * [lambda: settle(till.shop.database, till.shop.gateway, uuid.UUID(order["id"]))]
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(job) for job in jobs]:
            done.result()
    assert till.statuses() == ["PAID"]
    assert till.rows("SELECT count(*) FROM mails") == [1]
    assert till.rows("SELECT count(*) FROM pdf_jobs") == [1]


def test_an_event_whose_message_was_lost(till: Till, provider: Stripe, customer: Customer) -> None:
    order = customer.new_order()
    provider.pay(order["checkoutUrl"])
    provider.settled()
    till.rows("DELETE FROM outbox")
    with till.shop.database.write() as session:
        assert rescue_events(session, 60) == 0, "it is not late yet"
    till.rows("UPDATE webhook_events SET updated_at = now() - interval '2 minutes'")
    with till.shop.database.write() as session:
        assert rescue_events(session, 60) == 2
        assert rescue_events(session, 60) == 0, "its message waits"
