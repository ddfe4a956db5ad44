"""Keys, versions, idempotency and planned faults: what surrounds every call."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import stripe

from tests.doubles.stripe.helpers import API_KEY, SESSION, StripeDouble, intent_of

CREATE: Any = SESSION


def changed(**more: Any) -> Any:
    return {**SESSION, **more}


def other_client(double: StripeDouble, key: str, **more: Any) -> stripe.StripeClient:
    address = str(double.browser.base_url).rstrip("/")
    return stripe.StripeClient(key, base_addresses={"api": address}, **more)


def test_a_wrong_key_is_refused_and_not_repeated(double: StripeDouble) -> None:
    with pytest.raises(stripe.AuthenticationError, match="Invalid API Key provided: sk_test_") as refusal:
        other_client(double, "sk_test_of_a_stranger_99").v1.balance.retrieve()
    assert refusal.value.http_status == 401
    assert "stranger" not in str(refusal.value)


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer"}, {"Authorization": "Basic %%%"}])
def test_no_key_is_refused(double: StripeDouble, header: dict[str, str]) -> None:
    response = double.browser.get("/v1/balance", headers=header)
    assert response.status_code == 401
    assert "did not provide an API key" in response.json()["error"]["message"]


def test_the_key_may_come_by_basic_authentication(double: StripeDouble) -> None:
    assert double.browser.get("/v1/balance", auth=(API_KEY, "")).status_code == 200
    assert double.browser.get("/v1/balance", auth=("sk_test_other_key_12", "")).status_code == 401


def test_balance_serves_as_health_check(double: StripeDouble) -> None:
    assert double.client.v1.balance.retrieve().available[0].amount == 0
    double.paid()
    balance = double.client.v1.balance.retrieve()
    assert [(sum_.amount, sum_.currency) for sum_ in balance.pending] == [(4980, "eur")]


def test_unknown_objects_and_addresses(double: StripeDouble) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=r"No such checkout.session: 'cs_test_no'") as refusal:
        double.sessions.retrieve("cs_test_no")
    assert (refusal.value.http_status, refusal.value.code) == (404, "resource_missing")
    for call in (double.client.v1.payment_intents, double.client.v1.refunds, double.client.v1.events):
        with pytest.raises(stripe.InvalidRequestError, match="No such"):
            call.retrieve("x_1")
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        double.client.v1.customers.list()


def test_versions_are_checked_and_answered(double: StripeDouble) -> None:
    session = other_client(double, API_KEY, stripe_version="2024-06-20").v1.checkout.sessions.create(CREATE)
    assert session.last_response is not None
    assert session.last_response.headers["Stripe-Version"] == "2024-06-20"
    assert session.last_response.request_id is not None
    assert session.last_response.request_id.startswith("req_")
    with pytest.raises(stripe.InvalidRequestError, match="Invalid Stripe API version"):
        other_client(double, API_KEY, stripe_version="yesterday").v1.balance.retrieve()


def test_other_content_types_are_refused(double: StripeDouble) -> None:
    header = {"Authorization": f"Bearer {API_KEY}"}
    response = double.browser.post("/v1/checkout/sessions", json=SESSION, headers=header)
    assert response.status_code == 400
    assert "application/json" in response.json()["error"]["message"]


def test_the_same_key_gives_the_same_answer(double: StripeDouble) -> None:
    first = double.sessions.create(CREATE, {"idempotency_key": "order-7"})
    double.sessions.expire(first.id)
    again = double.sessions.create(CREATE, {"idempotency_key": "order-7"})
    assert again.to_dict() == first.to_dict()
    assert again.last_response is not None
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(double.sessions.list().data) == 1
    assert double.sessions.create(CREATE, {"idempotency_key": "order-8"}).id != first.id


def test_a_key_serves_one_request_only(double: StripeDouble) -> None:
    session = double.sessions.create(CREATE, {"idempotency_key": "order-7"})
    with pytest.raises(stripe.IdempotencyError, match="same parameters") as refusal:
        double.sessions.create(changed(client_reference_id="x"), {"idempotency_key": "order-7"})
    assert refusal.value.http_status == 400
    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        double.sessions.expire(session.id, options={"idempotency_key": "order-7"})


def test_a_refused_request_does_not_use_up_its_key(double: StripeDouble) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        double.sessions.create(changed(colour="red"), {"idempotency_key": "order-7"})
    assert double.sessions.create(CREATE, {"idempotency_key": "order-7"}).status == "open"


def test_a_key_in_use_is_a_conflict(double: StripeDouble) -> None:
    header = {"Authorization": f"Bearer {API_KEY}", "Idempotency-Key": "order-7"}
    form = {
        "mode": "payment",
        "success_url": "https://shop.test/",
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "eur",
        "line_items[0][price_data][unit_amount]": "500",
        "line_items[0][price_data][product_data][name]": "x",
    }

    def create(_: int) -> httpx.Response:
        return double.browser.post("/v1/checkout/sessions", data=form, headers=header)

    double.control("fault", seconds=0.6, calls=1)
    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(create, range(2)), key=lambda response: response.status_code)
    assert [response.status_code for response in answers] == [200, 409]
    assert answers[1].json()["error"]["code"] == "idempotency_key_in_use"
    assert create(0).json() == answers[0].json()


def test_a_lost_answer_is_found_again_by_its_key(double: StripeDouble) -> None:
    double.control("fault", status=500, calls=1, when="after")
    with pytest.raises(stripe.APIError):
        double.sessions.create(CREATE, {"idempotency_key": "order-7"})
    (made,) = double.sessions.list().data
    assert double.sessions.create(CREATE, {"idempotency_key": "order-7"}).id == made.id


def test_the_library_repeats_a_call_after_a_fault(double: StripeDouble) -> None:
    double.control("fault", status=503, calls=1)
    patient = other_client(double, API_KEY, max_network_retries=1)
    assert patient.v1.checkout.sessions.create(CREATE).status == "open"
    assert len(double.sessions.list().data) == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [(429, stripe.RateLimitError), (500, stripe.APIError), (402, stripe.CardError), (403, stripe.PermissionError)],
)
def test_planned_faults_become_the_errors_of_the_library(
    double: StripeDouble, status: int, error: type[stripe.StripeError]
) -> None:
    double.control("fault", status=status, calls=2)
    for _ in range(2):
        with pytest.raises(error) as refusal:
            double.sessions.create(CREATE)
        assert refusal.value.http_status == status
    assert double.sessions.list().data == []


def test_a_refund_is_not_given_twice_for_one_key(double: StripeDouble) -> None:
    intent = intent_of(double.paid())
    order: Any = {"payment_intent": intent, "amount": 100}
    made = {double.client.v1.refunds.create(order, {"idempotency_key": "refund-7"}).id for _ in range(3)}
    assert len(made) == 1
    assert double.client.v1.balance.retrieve().pending[0].amount == 4880
