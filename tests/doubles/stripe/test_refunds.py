"""Refunds through the official library."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.doubles.stripe.helpers import DECLINED, Receiver, StripeDouble, intent_of


def test_the_whole_amount_is_given_back_once(double: StripeDouble, receiver: Receiver) -> None:
    intent = intent_of(double.paid())
    refund = double.client.v1.refunds.create(
        {"payment_intent": intent, "reason": "requested_by_customer", "metadata": {"order": "7"}}
    )
    assert (refund.amount, refund.status, refund.payment_intent) == (4980, "succeeded", intent)
    assert double.client.v1.refunds.retrieve(refund.id).to_dict() == refund.to_dict()
    with pytest.raises(stripe.InvalidRequestError, match="already been refunded") as refusal:
        double.client.v1.refunds.create({"payment_intent": intent})
    assert refusal.value.code == "charge_already_refunded"
    event = receiver.wait_for(3)[2].event()
    assert event.type == "charge.refunded"
    charge = event.data.object
    assert (charge["amount_refunded"], charge["refunded"], charge["payment_intent"]) == (4980, True, intent)


def test_partial_refunds_add_up(double: StripeDouble, receiver: Receiver) -> None:
    intent = intent_of(double.paid())
    refunds = double.client.v1.refunds
    first = refunds.create({"payment_intent": intent, "amount": 1000})
    with pytest.raises(
        stripe.InvalidRequestError, match=r"\(€39.81\) is greater than unrefunded amount on.*\(€39.80\)"
    ):
        refunds.create({"payment_intent": intent, "amount": 3981})
    rest = refunds.create({"payment_intent": intent})
    assert rest.amount == 3980
    assert [refund.id for refund in refunds.list({"payment_intent": intent}).data] == [rest.id, first.id]
    charges = [received.event().data.object for received in receiver.wait_for(4)[2:]]
    assert [(c["amount_refunded"], c["refunded"]) for c in charges] == [(1000, False), (4980, True)]


def test_more_than_was_paid_is_refused(double: StripeDouble) -> None:
    intent = intent_of(double.paid())
    with pytest.raises(stripe.InvalidRequestError, match=r"greater than charge amount \(€49.80\)") as refusal:
        double.client.v1.refunds.create({"payment_intent": intent, "amount": 4981})
    assert refusal.value.param == "amount"
    assert double.client.v1.balance.retrieve().pending[0].amount == 4980


@pytest.mark.parametrize(
    ("order", "message"),
    [
        ({}, "payment_intent or charge"),
        ({"payment_intent": "pi_no"}, "No such payment_intent: 'pi_no'"),
        ({"charge": "ch_no"}, "No such charge: 'ch_no'"),
        ({"payment_intent": "pi_no", "amount": 0}, "greater than or equal to 1"),
        ({"payment_intent": "pi_no", "reason": "whim"}, "must be one of duplicate"),
        ({"payment_intent": "pi_no", "colour": "red"}, "Received unknown parameter: colour"),
    ],
)
def test_a_wrong_order_is_refused(double: StripeDouble, order: Any, message: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        double.client.v1.refunds.create(order)
    assert message in str(refusal.value)


def test_nothing_is_refunded_that_was_not_paid(double: StripeDouble) -> None:
    session = double.open()
    double.pay(session, DECLINED)
    intent = intent_of(double.sessions.retrieve(session.id))
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        double.client.v1.refunds.create({"payment_intent": intent})
    (failed,) = double.client.v1.charges.list({"payment_intent": intent}).data
    with pytest.raises(stripe.InvalidRequestError, match="nothing to refund"):
        double.client.v1.refunds.create({"charge": failed.id})
