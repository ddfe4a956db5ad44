"""The payment provider, through its own library. Nothing else of the shop speaks to it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import stripe

from system_under_test.settings import WorkerSettings

TIMEOUT_SECONDS = 8.0


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


class Gateway:
    """Checkout sessions and refunds. Methods raise GatewayError."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings
        self._client = stripe.StripeClient(
            settings.stripe_api_key.get_secret_value(),
            base_addresses={"api": settings.stripe_api_base},
            http_client=stripe.HTTPXClient(timeout=TIMEOUT_SECONDS, allow_sync_methods=True),
            max_network_retries=1,
        )

    def open_pay_page(self, order_id: uuid.UUID, email: str, currency: str, lines: Sequence[PayLine]) -> PayPage:
        """Make the payment page of an order, or return the one made before: the order's id is the idempotency key."""
        raise NotImplementedError
