"""Webhooks: verified by the official library, tampered with, repeated, reordered, lost and retried."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
import stripe

from tests.doubles.stripe.helpers import SECRET, Receiver, StripeDouble
from tests.shop.helpers import wait_until

PAYMENT = ["payment_intent.succeeded", "checkout.session.completed"]


def kinds(receiver: Receiver, count: int) -> list[str]:
    return [received.event().type for received in receiver.wait_for(count)]


def test_a_payment_is_told_and_verified(double: StripeDouble, receiver: Receiver) -> None:
    session = double.paid(metadata={"order": "7"})
    assert kinds(receiver, 2) == PAYMENT
    last = receiver.received[1]
    event = last.event()
    assert re.fullmatch(r"t=\d+,v1=[0-9a-f]{64}", last.signature)
    assert last.headers["Content-Type"] == "application/json; charset=utf-8"
    told = event.data.object
    assert isinstance(told, stripe.checkout.Session)
    assert told.to_dict() == session.to_dict()
    assert double.client.v1.events.retrieve(event.id).to_dict() == event.to_dict()


def test_an_event_is_a_snapshot_of_its_moment(double: StripeDouble, receiver: Receiver) -> None:
    session = double.open()
    double.pay(session, "4000000000000002")
    double.pay(session)
    events = [received.event() for received in receiver.wait_for(3)]
    assert [event.data.object["status"] for event in events] == ["requires_payment_method", "succeeded", "complete"]


def test_expiry_is_told(double: StripeDouble, receiver: Receiver) -> None:
    session = double.sessions.expire(double.open().id)
    event = receiver.wait_for(1)[0].event()
    assert event.type == "checkout.session.expired"
    assert event.data.object["id"] == session.id
    assert event.request is not None
    assert event.request.id is not None
    assert event.request.id.startswith("req_")


def test_a_tampered_body_is_refused(double: StripeDouble, receiver: Receiver) -> None:
    double.paid()
    received = receiver.wait_for(2)[0]
    assert b'"amount": 4980' in received.body
    assert received.event().type == "payment_intent.succeeded"
    with pytest.raises(stripe.SignatureVerificationError):
        received.event(received.body.replace(b'"amount": 4980', b'"amount": 4981'))
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(received.body, received.signature, SECRET + "x")


def test_an_old_timestamp_is_refused_for_its_age_alone(double: StripeDouble, receiver: Receiver) -> None:
    double.control("webhooks", mode="old_timestamp", count=1)
    double.paid()
    old, good = receiver.wait_for(2)
    with pytest.raises(stripe.SignatureVerificationError, match="outside the tolerance zone"):
        old.event()
    assert stripe.Webhook.construct_event(old.body, old.signature, SECRET, tolerance=7200).type == PAYMENT[0]
    assert good.event().type == PAYMENT[1]


def test_a_bad_signature_stays_bad_until_redelivered(double: StripeDouble, receiver: Receiver) -> None:
    receiver.planned[:] = [400] * 4
    double.control("webhooks", mode="bad_signature", count=1)
    double.paid()
    bad = receiver.wait_for(5)[:4]
    for received in bad:
        with pytest.raises(stripe.SignatureVerificationError, match="No signatures found matching"):
            received.event()
    first = double.settled()[0]
    assert (first["state"], len(first["attempts"])) == ("failed", 4)
    double.control(f"redeliver/{first['event_id']}")
    assert receiver.wait_for(6)[5].event().id == first["event_id"]


@pytest.mark.parametrize("together", [False, True])
def test_duplicates_carry_the_same_event(double: StripeDouble, receiver: Receiver, together: bool) -> None:
    double.control("webhooks", mode="duplicate", count=1, together=together)
    double.paid()
    assert kinds(receiver, 3) == [PAYMENT[0], PAYMENT[0], PAYMENT[1]]
    first, second, other = (received.event().id for received in receiver.received)
    assert first == second != other
    assert [d["state"] for d in double.settled()] == ["delivered"] * 3


def test_reordering_turns_the_next_events_round(double: StripeDouble, receiver: Receiver) -> None:
    double.control("webhooks", mode="reorder", count=2)
    session = double.paid()
    assert kinds(receiver, 2) == PAYMENT[::-1]
    assert isinstance(session.payment_intent, str)
    double.client.v1.refunds.create({"payment_intent": session.payment_intent})
    assert kinds(receiver, 3)[2] == "charge.refunded"


def test_events_held_for_reordering_are_released_by_normal(double: StripeDouble, receiver: Receiver) -> None:
    double.control("webhooks", mode="reorder", count=5)
    double.paid()
    assert [d["state"] for d in double.deliveries()] == ["held", "held"]
    assert receiver.received == []
    double.control("webhooks", mode="normal")
    assert kinds(receiver, 2) == PAYMENT[::-1]


def test_a_dropped_event_comes_when_redelivered(double: StripeDouble, receiver: Receiver) -> None:
    double.control("webhooks", mode="drop", count=2)
    double.paid()
    assert [(d["event_type"], d["state"], d["attempts"]) for d in double.settled()] == [
        (PAYMENT[0], "dropped", []),
        (PAYMENT[1], "dropped", []),
    ]
    assert receiver.received == []
    (event,) = double.client.v1.events.list({"type": PAYMENT[1]}).data
    double.control(f"redeliver/{event.id}")
    assert receiver.wait_for(1)[0].event().to_dict() == event.to_dict()


def test_a_delay_holds_the_later_events_of_the_same_payment_only(double: StripeDouble, receiver: Receiver) -> None:
    double.control("webhooks", mode="delay", count=1, seconds=0.4)
    slow, quick = double.paid(), double.paid()
    told = [received.event().data.object["id"] for received in receiver.wait_for(4)]
    assert told == [quick.payment_intent, quick.id, slow.payment_intent, slow.id]


def test_a_failing_receiver_is_tried_again_in_order(double: StripeDouble, receiver: Receiver) -> None:
    receiver.planned[:] = [500, 302, 503]
    double.paid()
    assert kinds(receiver, 5) == [PAYMENT[0]] * 4 + [PAYMENT[1]]
    first, second = double.settled()
    assert [attempt["status"] for attempt in first["attempts"]] == [500, 302, 503, 200]
    assert (first["state"], second["state"]) == ("delivered", "delivered")
    times = [attempt["at"] for attempt in first["attempts"]]
    pauses = [after - before for before, after in pairwise(times)]
    assert all(pause >= least for pause, least in zip(pauses, [0.02, 0.04, 0.08], strict=True)), pauses


def test_retries_end_and_later_events_follow(double: StripeDouble, receiver: Receiver) -> None:
    receiver.planned[:] = [500] * 4
    double.paid()
    assert kinds(receiver, 5) == [PAYMENT[0]] * 4 + [PAYMENT[1]]
    assert [(d["state"], len(d["attempts"])) for d in double.settled()] == [("failed", 4), ("delivered", 1)]


def test_all_events_are_listed_newest_first(double: StripeDouble, receiver: Receiver) -> None:
    double.paid()
    listed = [event.type for event in double.client.v1.events.list().data]
    assert listed == [
        "checkout.session.completed",
        "payment_intent.succeeded",
        "charge.succeeded",
        "payment_intent.created",
    ]
    some = double.client.v1.events.list({"types": ["charge.succeeded", "payment_intent.succeeded"]}).data
    assert [event.type for event in some] == ["payment_intent.succeeded", "charge.succeeded"]
    receiver.wait_for(2)
    assert len(double.settled()) == 2, "only what the endpoint is subscribed to is delivered"


def test_events_of_many_payments_arrive_exactly_once(double: StripeDouble, receiver: Receiver) -> None:
    receiver.planned[:] = [500, 200, 500, 200, 200, 500]
    sessions = [double.paid() for _ in range(8)]
    wait_until(lambda: sum(received.answered == 200 for received in receiver.received) == 16)
    delivered = [received.event() for received in receiver.received if received.answered == 200]
    assert len({event.id for event in delivered}) == 16
    for session in sessions:
        mine = [e.type for e in delivered if e.data.object["id"] in {session.id, session.payment_intent}]
        assert mine == PAYMENT
