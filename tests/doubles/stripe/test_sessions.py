"""Checkout Sessions through the official library."""

from __future__ import annotations

import time
from typing import Any

import pytest
import stripe

from tests.doubles.stripe.helpers import ITEM, SESSION, StripeDouble, intent_of


def test_a_new_session_is_open_and_says_what_was_asked(double: StripeDouble) -> None:
    later = int(time.time()) + 3600
    made = double.open(
        client_reference_id="order-7",
        metadata={"order": "7", "0": "zero"},
        expires_at=later,
        payment_intent_data={"metadata": {"order": "7"}},
        shipping_address_collection={"allowed_countries": ["DE", "AT"]},
    )
    session = double.sessions.retrieve(made.id)
    assert session.id.startswith("cs_test_")
    assert (session.object, session.mode, session.status, session.payment_status) == (
        "checkout.session",
        "payment",
        "open",
        "unpaid",
    )
    assert (session.amount_subtotal, session.amount_total, session.currency) == (4980, 4980, "eur")
    assert session.client_reference_id == "order-7"
    assert session.customer_email == "ada@example.com"
    assert session.metadata is not None
    assert session.metadata.to_dict() == {"order": "7", "0": "zero"}
    assert session.expires_at == later
    assert session.payment_intent is None, "present versions make the intent when the customer pays"
    assert session.livemode is False
    assert session.url is not None
    assert session.url.endswith(f"/c/pay/{session.id}")
    assert session.shipping_address_collection is not None
    assert list(session.shipping_address_collection.allowed_countries) == ["DE", "AT"]
    assert session.to_dict() == made.to_dict()


def test_line_items_are_listed_and_expanded(double: StripeDouble) -> None:
    second = {"price_data": {**ITEM["price_data"], "unit_amount": 100}, "quantity": 1}
    session = double.open(line_items=[ITEM, second])
    items = double.sessions.line_items.list(session.id, {"limit": 1})
    assert [(item.description, item.quantity, item.amount_total) for item in items.data] == [
        ("Kalender »Dorf« 🎂", 2, 4980)
    ]
    assert items.has_more
    assert [item.amount_total for item in items.auto_paging_iter()] == [4980, 100]
    expanded = double.sessions.retrieve(session.id, {"expand": ["line_items"]})
    assert expanded.line_items is not None
    price = expanded.line_items.data[0].price
    assert price is not None
    assert price.unit_amount == 2490


def test_expiring_closes_the_session_once(double: StripeDouble) -> None:
    session = double.open()
    expired = double.sessions.expire(session.id)
    assert (expired.status, expired.url, expired.payment_status) == ("expired", None, "unpaid")
    with pytest.raises(stripe.InvalidRequestError, match=r'status in \["open"\].*status of `expired`') as refusal:
        double.sessions.expire(session.id)
    assert refusal.value.http_status == 400


def test_a_session_expires_when_its_time_is_over(double: StripeDouble) -> None:
    session = double.open(expires_at=int(time.time()) + 1800)
    double.control("advance", seconds=1700)
    assert double.sessions.retrieve(session.id).status == "open"
    double.control("advance", seconds=200)
    assert double.sessions.retrieve(session.id).status == "expired"
    assert double.browser.get(f"/c/pay/{session.id}").status_code == 410


def test_lists_are_paged_newest_first_and_filtered(double: StripeDouble) -> None:
    made = [double.open().id for _ in range(5)]
    double.sessions.expire(made[1])
    first = double.sessions.list({"limit": 2})
    assert [session.id for session in first.data] == [made[4], made[3]]
    assert first.has_more
    assert [session.id for session in first.auto_paging_iter()] == made[::-1]
    back = double.sessions.list({"limit": 2, "ending_before": made[0]})
    assert [session.id for session in back.data] == [made[2], made[1]]
    assert [session.id for session in double.sessions.list({"status": "expired"}).data] == [made[1]]
    assert double.sessions.list({"created": {"gt": int(time.time()) + 100}}).data == []
    with pytest.raises(stripe.InvalidRequestError, match=r"No such checkout\.session"):
        double.sessions.list({"starting_after": "cs_test_nobody"})


def test_a_payment_is_found_from_its_session_and_back(double: StripeDouble) -> None:
    double.open()
    session = double.paid(payment_intent_data={"metadata": {"order": "7"}})
    intent = double.client.v1.payment_intents.retrieve(intent_of(session), {"expand": ["latest_charge"]})
    assert (intent.status, intent.amount, intent.amount_received) == ("succeeded", 4980, 4980)
    assert intent.metadata.to_dict() == {"order": "7"}
    assert isinstance(intent.latest_charge, stripe.Charge)
    assert intent.latest_charge.billing_details.email == "ada@example.com"
    found = double.sessions.list({"payment_intent": intent.id}).data
    assert [other.id for other in found] == [session.id]
    assert [other.id for other in double.client.v1.payment_intents.list().data] == [intent.id]
    assert [c.id for c in double.client.v1.charges.list({"payment_intent": intent.id}).data] == [
        intent.latest_charge.id
    ]


def with_item(**change: Any) -> dict[str, Any]:
    return {"line_items": [{**ITEM, **change}]}


def with_price(**change: Any) -> dict[str, Any]:
    price: dict[str, Any] = {**ITEM["price_data"], **change}
    return with_item(price_data={key: value for key, value in price.items() if value is not None})


@pytest.mark.parametrize(
    ("change", "message", "param", "code"),
    [
        ({"mode": None}, "Missing required param: mode.", "mode", "parameter_missing"),
        ({"mode": "gift"}, "must be one of payment, setup, or subscription", "mode", None),
        ({"success_url": None}, "Missing required param: success_url.", "success_url", "parameter_missing"),
        ({"success_url": "javascript:alert(1)"}, "Not a valid URL", "success_url", "url_invalid"),
        ({"cancel_url": "/cart"}, "Not a valid URL", "cancel_url", "url_invalid"),
        ({"success_url": "http://a.test;script-src *"}, "Not a valid URL", "success_url", "url_invalid"),
        ({"success_url": ""}, "empty string for 'success_url'", "success_url", "parameter_invalid_empty"),
        ({"line_items": None}, "Missing required param: line_items.", "line_items", "parameter_missing"),
        (with_item(quantity=-1), "greater than or equal to 1", "line_items[0][quantity]", "parameter_invalid_integer"),
        (with_item(quantity="two"), "Invalid integer: two", "line_items[0][quantity]", "parameter_invalid_integer"),
        (with_item(quantity=None), "Missing required param", "line_items[0][quantity]", "parameter_missing"),
        (
            with_price(unit_amount=-5),
            "greater than or equal to 0",
            "line_items[0][price_data][unit_amount]",
            "parameter_invalid_integer",
        ),
        (
            with_price(unit_amount="24.90"),
            "Invalid integer: 24.90",
            "line_items[0][price_data][unit_amount]",
            "parameter_invalid_integer",
        ),
        (
            with_price(currency=None),
            "Missing required param",
            "line_items[0][price_data][currency]",
            "parameter_missing",
        ),
        (with_price(currency="xyz"), "Invalid currency: xyz", "line_items[0][price_data][currency]", None),
        (
            with_price(product_data={}),
            "Missing required param",
            "line_items[0][price_data][product_data]",
            "parameter_missing",
        ),
        (with_item(price="price_1", price_data=None), "No such price", "line_items[0][price]", "resource_missing"),
        (with_price(unit_amount=1), "at least €0.50 eur", None, "amount_too_small"),
        (with_price(unit_amount=99_999_999), "no more than", None, "amount_too_large"),
        ({"customer_email": "ada"}, "Invalid email address: ada", "customer_email", "email_invalid"),
        ({"expires_at": 1}, "at least 30 minutes", "expires_at", None),
        ({"expires_at": 2**40}, "less than 24 hours", "expires_at", None),
        ({"colour": "red"}, "Received unknown parameter: colour", "colour", "parameter_unknown"),
        ({"automatic_tax": {"enabled": True}}, "does not implement it", "automatic_tax", None),
        (with_item(colour="red"), "Received unknown parameter", "line_items[0][colour]", "parameter_unknown"),
        ({"metadata": {"k" * 41: "v"}}, "up to 40 characters", f"metadata[{'k' * 41}]", None),
        ({"shipping_address_collection": {"allowed_countries": ["Oz"]}}, "Invalid country", None, None),
    ],
)
def test_a_wrong_parameter_is_named(
    double: StripeDouble, change: dict[str, Any], message: str, param: str | None, code: str | None
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        double.open(**change)
    assert message in str(refusal.value)
    assert refusal.value.http_status == 400
    assert refusal.value.code == code
    if param is not None:
        assert refusal.value.param == param
    assert double.sessions.list().data == []


def test_currencies_are_not_mixed(double: StripeDouble) -> None:
    dollars = {"price_data": {**ITEM["price_data"], "currency": "usd"}, "quantity": 1}
    with pytest.raises(stripe.InvalidRequestError, match="same currency"):
        double.open(line_items=[ITEM, dollars])


def test_every_session_has_an_address_of_its_own(double: StripeDouble) -> None:
    assert len({double.sessions.create(SESSION).url for _ in range(5)}) == 5  # type: ignore[arg-type]
