"""Refunds: whole, in parts, twice, too much, at once, out of order, refused."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from system_under_test.errors import ErrorCode, ShopError
from system_under_test.payments.gateway import GatewayError
from system_under_test.payments.reconcile import rescue_refunds
from system_under_test.payments.refunds import NotYetError, RefundData, list_refunds, request_refund
from system_under_test.payments.work import carry_out_refund, handle_webhook
from tests.shop.payments.till import Customer, Stripe, Till

TOTAL = 2480


@pytest.fixture
def paid(till: Till, customer: Customer) -> uuid.UUID:
    """An order that was paid."""
    return uuid.UUID(till.paid_order(customer)["id"])


def ask(till: Till, order_id: uuid.UUID, cents: int, key: str | None = None, reason: str = "") -> RefundData:
    with till.shop.database.write() as session:
        return request_refund(session, order_id, cents, reason, key or str(uuid.uuid4()), None)


def code(till: Till, order_id: uuid.UUID, cents: int, key: str | None = None) -> ErrorCode:
    with pytest.raises(ShopError) as refusal:
        ask(till, order_id, cents, key)
    return refusal.value.code


def test_the_whole_amount(till: Till, provider: Stripe, customer: Customer, paid: uuid.UUID) -> None:
    made = ask(till, paid, TOTAL, reason="Torn on the way")
    till.work()
    order = customer.order(str(paid))
    assert (order["status"], order["refundedCents"]) == ("REFUNDED", TOTAL)
    assert order["history"][-1]["note"] == "€24.80 were refunded: everything that was paid."
    assert provider.paid_cents() == 0
    with till.shop.database.read() as session:
        assert [(r.id, r.status, r.reason) for r in list_refunds(session, paid)] == [
            (made.id, "DONE", "Torn on the way")
        ]
    assert till.rows("SELECT kind, subject_id FROM mails WHERE kind = 'refunded'") == [("refunded", made.id)]
    assert code(till, paid, 1) is ErrorCode.CONFLICT


def test_in_parts(till: Till, provider: Stripe, customer: Customer, paid: uuid.UUID) -> None:
    ask(till, paid, 1000)
    till.work()
    order = customer.order(str(paid))
    assert (order["status"], order["refundedCents"]) == ("PAID", 1000)
    assert code(till, paid, TOTAL - 999) is ErrorCode.BAD_INPUT
    ask(till, paid, TOTAL - 1000)
    assert code(till, paid, 1) is ErrorCode.CONFLICT, "all of it is about to be given back"
    till.work()
    assert customer.order(str(paid))["status"] == "REFUNDED"
    assert provider.paid_cents() == 0


@pytest.mark.parametrize("cents", [0, -1, TOTAL + 1, 2**31 - 1])
def test_amounts_that_are_not_possible(till: Till, paid: uuid.UUID, cents: int) -> None:
    assert code(till, paid, cents) is ErrorCode.BAD_INPUT


def test_the_same_key_twice(till: Till, provider: Stripe, customer: Customer, paid: uuid.UUID) -> None:
    first = ask(till, paid, 500, "key-1")
    assert ask(till, paid, 500, "key-1") == first
    assert code(till, paid, 501, "key-1") is ErrorCode.CONFLICT
    other = uuid.UUID(till.paid_order(customer)["id"])
    assert code(till, other, 500, "key-1") is ErrorCode.CONFLICT
    till.work()
    assert ask(till, paid, 500, "key-1").status == "DONE"
    till.work()
    assert provider.paid_cents() == 2 * TOTAL - 500


def test_at_once_they_stay_below_the_total(till: Till, provider: Stripe, paid: uuid.UUID) -> None:
    def try_one(_: int) -> bool:
        try:
            ask(till, paid, 1000)
        except ShopError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(try_one, range(4))) == [False, False, True, True]
    till.work()
    assert provider.paid_cents() == TOTAL - 2000
    assert till.rows("SELECT status, refunded_cents FROM orders") == [("PAID", 2000)]


def test_carried_out_twice_at_once_it_is_made_once(till: Till, provider: Stripe, paid: uuid.UUID) -> None:
    made = ask(till, paid, 700)

    def carry_out(_: int) -> None:
        carry_out_refund(till.shop.database, till.shop.gateway, made.id)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(carry_out, range(3)))
    till.work()
    assert provider.paid_cents() == TOTAL - 700
    assert till.rows("SELECT refunded_cents FROM orders") == [700]
    assert till.rows("SELECT count(*) FROM mails WHERE kind = 'refunded'") == [1]


def test_what_the_provider_made_and_the_answer_was_lost(till: Till, provider: Stripe, paid: uuid.UUID) -> None:
    ask(till, paid, 700)
    provider.control("fault", status=500, calls=1, when="after")
    till.work()
    assert provider.paid_cents() == TOTAL - 700
    assert till.rows("SELECT status FROM refunds") == ["DONE"]
    assert till.rows("SELECT refunded_cents FROM orders") == [700]


@pytest.mark.parametrize("status", [401, 403, 409, 429, 500])
def test_a_provider_that_is_away_is_asked_again(till: Till, provider: Stripe, paid: uuid.UUID, status: int) -> None:
    made = ask(till, paid, 700)
    provider.control("fault", status=status, calls=3)
    with pytest.raises(GatewayError) as fault:
        carry_out_refund(till.shop.database, till.shop.gateway, made.id)
    assert not fault.value.is_final
    provider.control("fault", calls=0)
    till.work()
    assert till.rows("SELECT status FROM refunds") == ["DONE"]


def test_made_before_the_provider_forgot_the_key(till: Till, provider: Stripe, paid: uuid.UUID) -> None:
    made = ask(till, paid, TOTAL)
    (intent,) = till.rows("SELECT stripe_payment_intent FROM orders")
    marks = {"order_id": str(paid), "refund_id": str(made.id)}
    provider.client.v1.refunds.create({"payment_intent": intent, "amount": TOTAL, "metadata": marks})
    till.work()
    assert till.rows("SELECT status FROM refunds") == ["DONE"]
    assert till.statuses() == ["REFUNDED"]


def test_the_provider_refuses(till: Till, provider: Stripe, customer: Customer, paid: uuid.UUID) -> None:
    made = ask(till, paid, TOTAL)
    (intent,) = till.rows("SELECT stripe_payment_intent FROM orders")
    provider.control("webhooks", mode="drop", count=9)
    provider.client.v1.refunds.create({"payment_intent": intent, "amount": 100})
    till.work()
    with till.shop.database.read() as session:
        assert [(r.id, r.status) for r in list_refunds(session, paid)] == [(made.id, "FAILED")]
    order = customer.order(str(paid))
    assert (order["status"], order["refundedCents"]) == ("PAID", 0)
    assert order["history"][-1]["note"] == "A refund of €24.80 did not go through."


def test_made_by_hand_at_the_provider(till: Till, provider: Stripe, customer: Customer, paid: uuid.UUID) -> None:
    (intent,) = till.rows("SELECT stripe_payment_intent FROM orders")
    provider.client.v1.refunds.create({"payment_intent": intent, "amount": 480})
    till.work()
    assert customer.order(str(paid))["refundedCents"] == 480
    assert code(till, paid, TOTAL - 479) is ErrorCode.BAD_INPUT


def test_told_twice_and_late(till: Till, provider: Stripe, customer: Customer, paid: uuid.UUID) -> None:
    ask(till, paid, 1000)
    till.work()
    early = provider.event("charge.refunded")
    ask(till, paid, 500)
    till.work()
    assert till.deliver({**early, "id": "evt_late"}) == 200
    till.work()
    assert customer.order(str(paid))["refundedCents"] == 1500


def test_told_before_the_payment(till: Till, provider: Stripe, customer: Customer) -> None:
    order = customer.new_order()
    provider.control("webhooks", mode="drop", count=100)
    provider.pay(order["checkoutUrl"])
    intent = provider.sessions()[0].payment_intent
    provider.client.v1.refunds.create({"payment_intent": str(intent)})
    assert till.deliver(provider.event("charge.refunded")) == 200
    (row_id,) = till.rows("SELECT id FROM webhook_events")
    with pytest.raises(NotYetError):
        handle_webhook(till.shop.database, row_id)
    assert till.rows("SELECT status, attempts FROM webhook_events") == [("RECEIVED", 1)]
    assert till.deliver(provider.event("checkout.session.completed")) == 200
    till.work()
    assert till.statuses() == ["REFUNDED"]
    assert [step["status"] for step in customer.order(order["id"])["history"]] == ["PLACED", "PAID", "REFUNDED"]


def test_an_event_that_never_fits_is_given_up(till: Till, provider: Stripe, customer: Customer) -> None:
    order = customer.new_order()
    about = {"id": "ch_1", "payment_intent": "pi_1", "metadata": {"order_id": order["id"]}, "amount_refunded": 1}
    till.deliver({"id": "evt_1", "type": "charge.refunded", "created": 1, "data": {"object": about}})
    till.rows("UPDATE webhook_events SET attempts = 58")
    till.work()
    assert till.rows("SELECT status FROM webhook_events") == ["FAILED"]


def test_the_bank_sends_it_back(till: Till, provider: Stripe, customer: Customer, paid: uuid.UUID) -> None:
    ask(till, paid, 1000)
    till.work()
    about: dict[str, Any] = provider.event("refund.created")["data"]["object"]
    failed = {"id": "evt_f", "type": "refund.failed", "created": 1, "data": {"object": {**about, "status": "failed"}}}
    till.deliver(failed)
    till.work()
    assert till.rows("SELECT status FROM refunds") == ["FAILED"]
    assert customer.order(str(paid))["refundedCents"] == 0
    assert ask(till, paid, TOTAL).status == "REQUESTED"


def test_what_is_not_paid_cannot_be_refunded(till: Till, customer: Customer) -> None:
    order = customer.new_order()
    assert code(till, uuid.UUID(order["id"]), 100) is ErrorCode.CONFLICT
    assert code(till, uuid.uuid4(), 100) is ErrorCode.NOT_FOUND


def test_a_lost_message_is_written_again(till: Till, provider: Stripe, paid: uuid.UUID) -> None:
    made = ask(till, paid, 100)
    till.rows("DELETE FROM outbox")
    with till.shop.database.write() as session:
        assert rescue_refunds(session, 60) == 0, "it is not late yet"
    till.rows("UPDATE refunds SET updated_at = now() - interval '2 minutes'")
    with till.shop.database.write() as session:
        assert rescue_refunds(session, 60) == 1
        assert rescue_refunds(session, 60) == 0, "its message waits"
    assert made.status == "REQUESTED"
