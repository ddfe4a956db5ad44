"""The hosted payment page, used as a browser without scripts would."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.doubles.stripe.helpers import (
    DECLINED,
    EXPIRED_CARD,
    FAILS_LATER,
    NEEDS_3DS,
    NO_FUNDS,
    PAID,
    Receiver,
    StripeDouble,
    intent_of,
)


def test_the_page_shows_amount_items_and_the_way_back(double: StripeDouble) -> None:
    session = double.open(customer_email=None)
    assert session.url is not None
    page = double.browser.get(session.url)
    assert page.status_code == 200
    for part in ("€49.80", "Kalender »Dorf« 🎂", "Qty 2, €24.90 each", 'href="https://shop.test/cart"', 'name="email"'):
        assert part in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "form-action 'self' https://shop.test;" in policy
    assert "<script" not in page.text
    assert double.browser.get("/c/static/page.css").status_code == 200


def test_without_a_way_back_none_is_shown(double: StripeDouble) -> None:
    session = double.open(cancel_url=None)
    assert "Back" not in double.browser.get(f"/c/pay/{session.id}").text


def test_texts_of_the_shop_and_the_customer_are_escaped(double: StripeDouble) -> None:
    evil = '"><script>alert(1)</script>'
    item: Any = {"price_data": {"currency": "eur", "unit_amount": 500, "product_data": {"name": evil}}, "quantity": 1}
    session = double.open(line_items=[item])
    page = double.pay(session, "1", name=evil)
    assert page.status_code == 422
    assert "<script" not in page.text
    assert page.text.count("&lt;script&gt;") == 2


def test_paying_leads_to_the_success_page_and_completes_the_session(double: StripeDouble) -> None:
    session = double.open(customer_email=None)
    answer = double.pay(session, email="grace@example.com")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"https://shop.test/thanks?session={session.id}"
    paid = double.sessions.retrieve(session.id)
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert paid.customer_details is not None
    assert (paid.customer_details.email, paid.customer_details.name) == ("grace@example.com", "Ada Lovelace")
    assert double.browser.get(f"/c/pay/{session.id}").status_code == 409


@pytest.mark.parametrize(
    ("card", "code", "decline_code", "sentence"),
    [
        (DECLINED, "card_declined", "generic_decline", "Your card was declined."),
        (NO_FUNDS, "card_declined", "insufficient_funds", "Your card has insufficient funds."),
        (EXPIRED_CARD, "expired_card", "expired_card", "Your card has expired."),
        (
            "4111111111111111",
            "card_declined",
            "test_mode_live_card",
            "Your card was declined. Your request was in test mode",
        ),
    ],
)
def test_a_decline_is_told_and_leaves_the_session_open(
    double: StripeDouble, receiver: Receiver, card: str, code: str, decline_code: str, sentence: str
) -> None:
    session = double.open()
    page = double.pay(session, card)
    assert page.status_code == 402
    assert f'role="alert">{sentence}' in page.text
    assert card not in page.text
    still = double.sessions.retrieve(session.id)
    assert (still.status, still.payment_status) == ("open", "unpaid")
    event = receiver.wait_for(1)[0].event()
    assert event.type == "payment_intent.payment_failed"
    error = event.data.object["last_payment_error"]
    assert (error["code"], error["decline_code"]) == (code, decline_code)
    assert double.pay(session).status_code == 303
    assert intent_of(double.sessions.retrieve(session.id)) == event.data.object["id"], "one intent for all attempts"


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"card_number": ""}, "card_number", "Enter your card number."),
        ({"card_number": "4242"}, "card_number", "Your card number is incomplete."),
        ({"card_number": "4242424242424241"}, "card_number", "Your card number is invalid."),
        ({"card_number": "4242x24242424242"}, "card_number", "Your card number is invalid."),
        ({"expiry": "13/40"}, "expiry", "incomplete"),
        ({"expiry": "12/20"}, "expiry", "expiration year is in the past"),
        ({"expiry": "soon"}, "expiry", "incomplete"),
        ({"cvc": "12"}, "cvc", "security code is incomplete"),
        ({"name": " "}, "name", "Enter the name on the card."),
    ],
)
def test_a_wrong_field_is_marked_and_nothing_is_charged(
    double: StripeDouble, change: dict[str, str], field: str, sentence: str
) -> None:
    session = double.open()
    page = double.browser.post(
        f"/c/pay/{session.id}", data={"card_number": PAID, "expiry": "12/40", "cvc": "123", "name": "Ada", **change}
    )
    assert page.status_code == 422
    assert f'aria-invalid="true" aria-describedby="{field}-error"' in page.text
    assert sentence in page.text.replace("&#39;", "'")
    assert double.sessions.retrieve(session.id).payment_intent is None


def test_the_address_is_asked_for_and_handed_on(double: StripeDouble) -> None:
    session = double.open(shipping_address_collection={"allowed_countries": ["DE", "AT"]})
    assert double.pay(session, line1="Am Markt 1", postal_code="1", city="Wien", country="CH").status_code == 422
    assert double.pay(session, line1="Am Markt 1", postal_code="1010", city="Wien", country="AT").status_code == 303
    paid = double.sessions.retrieve(session.id)
    assert paid.collected_information is not None
    assert paid.collected_information.shipping_details is not None
    address = paid.collected_information.shipping_details.address
    assert (address.line1, address.postal_code, address.city, address.country) == ("Am Markt 1", "1010", "Wien", "AT")


def test_secure_card_is_paid_after_confirmation(double: StripeDouble) -> None:
    session = double.open()
    answer = double.pay(session, NEEDS_3DS)
    where = f"/c/pay/{session.id}/confirm"
    assert (answer.status_code, answer.headers["location"]) == (303, where)
    assert "Complete authentication" in double.browser.get(where).text
    waiting = double.sessions.retrieve(session.id)
    assert (waiting.status, waiting.payment_status) == ("open", "unpaid")
    assert double.client.v1.payment_intents.retrieve(intent_of(waiting)).status == "requires_action"
    done = double.browser.post(where, data={"outcome": "complete"})
    assert done.headers["location"].startswith("https://shop.test/thanks")
    assert double.sessions.retrieve(session.id).payment_status == "paid"
    assert double.browser.post(where, data={"outcome": "complete"}).status_code == 409


def test_failed_confirmation_leaves_the_session_open(double: StripeDouble, receiver: Receiver) -> None:
    session = double.open()
    where = f"/c/pay/{session.id}/confirm"
    assert double.browser.get(where).headers["location"] == f"/c/pay/{session.id}", "nothing to confirm yet"
    double.pay(session, NEEDS_3DS)
    failed = double.browser.post(where, data={"outcome": "fail"})
    assert failed.status_code == 402
    assert "unable to authenticate" in failed.text
    event = receiver.wait_for(1)[0].event()
    assert event.data.object["last_payment_error"]["code"] == "payment_intent_authentication_failure"
    assert double.browser.post(where, data={"outcome": "complete"}).headers["location"] == f"/c/pay/{session.id}"
    assert double.sessions.retrieve(session.id).payment_status == "unpaid"


def test_completed_is_not_paid_when_the_payment_fails_later(double: StripeDouble, receiver: Receiver) -> None:
    session = double.open()
    assert double.pay(session, FAILS_LATER).status_code == 303
    events = [received.event() for received in receiver.wait_for(3)]
    assert [event.type for event in events] == [
        "checkout.session.completed",
        "payment_intent.payment_failed",
        "checkout.session.async_payment_failed",
    ]
    assert events[0].data.object["payment_status"] == "unpaid"
    assert double.sessions.retrieve(session.id).payment_status == "unpaid"


def test_a_closed_session_is_not_paid_again(double: StripeDouble) -> None:
    expired, paid = double.open(), double.paid()
    double.sessions.expire(expired.id)
    assert double.pay(expired).status_code == 410
    assert double.pay(paid).status_code == 409
    assert double.browser.post("/c/pay/cs_test_no", data={}).status_code == 404
    assert len(double.client.v1.charges.list().data) == 1


def test_two_clicks_at_once_pay_once(double: StripeDouble, receiver: Receiver) -> None:
    session = double.open()
    with ThreadPoolExecutor(4) as pool:
        codes = sorted(answer.status_code for answer in pool.map(double.pay, [session] * 4))
    assert codes == [303, 409, 409, 409]
    assert len(double.client.v1.charges.list().data) == 1
    assert len(double.settled()) == 2


def test_an_expired_session_ends_its_unfinished_payment(double: StripeDouble) -> None:
    session = double.open()
    double.pay(session, NEEDS_3DS)
    intent = intent_of(double.sessions.expire(session.id))
    assert double.client.v1.payment_intents.retrieve(intent).status == "canceled"
    assert double.browser.post(f"/c/pay/{session.id}/confirm", data={"outcome": "complete"}).status_code == 410
