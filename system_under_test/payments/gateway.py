"""The payment provider, through its own library. Nothing else of the shop speaks to it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import stripe

from system_under_test.payments.facts import CheckoutFacts
from system_under_test.settings import WorkerSettings

TIMEOUT_SECONDS = 4.0  # with two more attempts still within the time limit of a GraphQL operation
RETRIES = 2


class GatewayError(Exception):
    """The provider did not do what was asked; ``is_final`` when asking again cannot help. The cause is chained."""

    def __init__(self, message: str, *, is_final: bool) -> None:
        super().__init__(message)
        self.is_final = is_final


@dataclass(frozen=True, slots=True)
class PayLine:
    """A line of the payment page. ``unit_cents`` in cents of the order's currency."""

    name: str
    unit_cents: int
    quantity: int


@dataclass(frozen=True, slots=True)
class PayPage:
    """The payment page made for an order: the provider's id of it and its address."""

    session_id: str
    url: str


@dataclass(frozen=True, slots=True)
class Repaid:
    """A refund that went through; ``refunded_cents`` is all that was ever given back of this payment."""

    refund_id: str
    refunded_cents: int


class _Http(stripe.HTTPClient):
    """The library's own httpx client sends bodies in a way that httpx warns about."""

    name = "httpx"

    def __init__(self) -> None:
        super().__init__()
        self._client = httpx.Client(timeout=TIMEOUT_SECONDS)

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        try:
            answer = self._client.request(method, url, headers=headers, content=post_data)
        except httpx.HTTPError as fault:
            away: stripe.APIConnectionError = stripe.APIConnectionError(  # type: ignore[no-untyped-call]
                "the provider does not answer", should_retry=True
            )
            raise away from fault
        return answer.text, answer.status_code, answer.headers

    def close(self) -> None:
        self._client.close()


class Gateway:
    """Checkout sessions and refunds. Methods raise GatewayError; they take up to 15 s."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._shop_url = settings.public_url.rstrip("/")
        self._http = _Http()
        self._client = stripe.StripeClient(
            settings.stripe_api_key.get_secret_value(),
            base_addresses={"api": settings.stripe_api_base},
            http_client=self._http,
            max_network_retries=RETRIES,
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def open_pay_page(
        self, order_id: uuid.UUID, email: str, currency: str, lines: Sequence[PayLine], after: str | None = None
    ) -> PayPage:
        """Make the payment page of an order, or return the one made before: the order's id is the idempotency key.

        ``after`` is the id of the page that this one follows, once that one has expired.
        """
        here = f"{self._shop_url}/orders/{order_id}"
        marks = {"order_id": str(order_id)}
        try:
            session = self._client.v1.checkout.sessions.create(
                {
                    "mode": "payment",
                    "client_reference_id": str(order_id),
                    "metadata": marks,
                    # Refunds and declines are told about the payment, not about the page.
                    "payment_intent_data": {"metadata": marks},
                    "customer_email": email,
                    "success_url": f"{here}?paid=1",
                    "cancel_url": here,
                    "line_items": [
                        {
                            "price_data": {
                                "currency": currency.lower(),
                                "unit_amount": line.unit_cents,
                                "product_data": {"name": line.name},
                            },
                            "quantity": line.quantity,
                        }
                        for line in lines
                    ],
                },
                {"idempotency_key": f"{order_id}:{after}" if after else str(order_id)},
            )
        except stripe.StripeError as fault:
            raise _error("the payment page could not be made", fault) from fault
        if not session.url or session.amount_total != sum(line.unit_cents * line.quantity for line in lines):
            raise GatewayError("the payment page is not what was asked for", is_final=True)
        return PayPage(session.id, session.url)

    def look_up(self, session_id: str) -> CheckoutFacts | None:
        """Return how a payment page stands; None when the provider does not know it."""
        try:
            session = self._client.v1.checkout.sessions.retrieve(session_id, {"expand": ["payment_intent"]})
        except stripe.InvalidRequestError as fault:
            if fault.http_status == 404:
                return None
            raise _error("the payment page could not be looked up", fault) from fault
        except stripe.StripeError as fault:
            raise _error("the payment page could not be looked up", fault) from fault
        return CheckoutFacts.of(session.to_dict())

    def expire(self, session_id: str) -> bool:
        """Close a payment page, so that nobody can pay there; False when it was not open any more."""
        try:
            self._client.v1.checkout.sessions.expire(session_id)
        except stripe.InvalidRequestError as fault:
            # Completed or expired meanwhile, or not known at all.
            if fault.http_status in (400, 404):
                return False
            raise _error("the payment page could not be closed", fault) from fault
        except stripe.StripeError as fault:
            raise _error("the payment page could not be closed", fault) from fault
        return True

    def refund(self, refund_id: uuid.UUID, order_id: uuid.UUID, payment_intent: str, amount_cents: int) -> Repaid:
        """Give money back; ``refund_id`` is the idempotency key."""
        try:
            refund = self._client.v1.refunds.create(
                {
                    "payment_intent": payment_intent,
                    "amount": amount_cents,
                    "metadata": {"order_id": str(order_id), "refund_id": str(refund_id)},
                    "expand": ["charge"],
                },
                {"idempotency_key": f"refund-{refund_id}"},
            )
        except stripe.StripeError as fault:
            raise _error("the refund was not made", fault) from fault
        return _repaid(refund)

    def find_refund(self, payment_intent: str, refund_id: uuid.UUID) -> Repaid | None:
        """Return the refund that was made for ``refund_id``, None when there is none."""
        try:
            known = self._client.v1.refunds.list(
                {"payment_intent": payment_intent, "limit": 100, "expand": ["data.charge"]}
            )
        except stripe.StripeError as fault:
            raise _error("the refunds could not be looked up", fault) from fault
        for refund in known.data:
            if (refund.to_dict()["metadata"] or {}).get("refund_id") == str(refund_id):
                return _repaid(refund)
        return None


def _repaid(refund: stripe.Refund) -> Repaid:
    charge = refund.charge
    if not isinstance(charge, stripe.Charge) or refund.status in ("failed", "canceled"):
        raise GatewayError("the refund did not go through", is_final=True)
    return Repaid(refund.id, charge.amount_refunded)


def _error(message: str, fault: stripe.StripeError) -> GatewayError:
    # A wrong key (401, 403) or a limit (429) goes away when somebody acts; a refusal does not. 409 is an
    # idempotency key that another request is using at this moment.
    status = fault.http_status
    return GatewayError(message, is_final=status is not None and status in (400, 402, 404))
