"""What the tests of carts, orders and payments share: a shop with the Stripe double behind it, and a customer."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
import stripe
from sqlalchemy import text

from system_under_test.app.factory import create_app
from system_under_test.app.resources import Shop
from system_under_test.payments.refunds import NotYetError
from system_under_test.payments.work import carry_out_refund, handle_webhook
from system_under_test.settings import AppSettings
from tests.shop.helpers import Guest, free_port, running_double, wait_until

SECRET = "whsec_village_calendar"  # noqa: S105
KEY = "sk_test_village"
VISA, DECLINED, NEEDS_3DS, FAILS_LATER = "4242424242424242", "4000000000000002", "4000002500003155", "4000000000000341"
EVERY_TABLE = "TRUNCATE sessions, accounts, orders, pdf_jobs, outbox, webhook_events, audit_log, feature_flags CASCADE"

ADDRESS = {
    "email": "ada@example.com",
    "name": "Ada Lovelace",
    "line1": "Dorfstraße 1",
    "line2": "",
    "postcode": "12345",
    "city": "Bad Münder",
    "region": "",
    "country": "DE",
}
ITEM = "id quantity unitPriceCents lineCents calendar { id title year templateSlug } product { slug name paper }"
CART_FIELDS = f"items {{ {ITEM} }} itemsCents shippingCents totalCents currency count"
CART = f"query Cart($country: String) {{ cart(country: $country) {{ {CART_FIELDS} }} }}"
ADD_TO_CART = (
    "mutation AddToCart($calendarId: ID!, $product: String!, $quantity: Int! = 1) {"
    f" addToCart(calendarId: $calendarId, product: $product, quantity: $quantity) {{ {CART_FIELDS} }} }}"
)
SET_QUANTITY = (
    "mutation SetQuantity($itemId: ID!, $quantity: Int!) {"
    f" setQuantity(itemId: $itemId, quantity: $quantity) {{ {CART_FIELDS} }} }}"
)
ORDER_FIELDS = (
    "id number status statusText placedAt paidAt email"
    " shipping { name line1 line2 postcode city region country }"
    " items { id title year templateSlug productName quantity unitPriceCents lineCents"
    " pdf { status sha256 sizeBytes downloadUrl error } }"
    " itemsCents shippingCents totalCents taxCents refundedCents currency history { at status note } checkoutUrl"
)
PLACE = (
    "mutation PlaceOrder($input: PlaceOrderInput!, $key: String!) {"
    f" placeOrder(input: $input, idempotencyKey: $key) {{ {ORDER_FIELDS} }} }}"
)
ORDER = f"query Order($id: ID!) {{ order(id: $id) {{ {ORDER_FIELDS} }} }}"
ORDERS = (
    "query Orders($first: Int = 20, $after: String) { orders(first: $first, after: $after) {"
    f" items {{ {ORDER_FIELDS} }} endCursor hasMore total }} }}"
)
CANCEL = f"mutation CancelOrder($id: ID!) {{ cancelOrder(id: $id) {{ {ORDER_FIELDS} }} }}"
PAY = f"mutation PayOrder($id: ID!) {{ payOrder(id: $id) {{ {ORDER_FIELDS} }} }}"


class Customer(Guest):
    """A guest who buys."""

    def fill_cart(self, product: str = "a4-wall", quantity: int = 1, **calendar: Any) -> str:
        """Put a new calendar into the cart; return the calendar's id."""
        calendar_id = self.new_calendar(**calendar)
        self.data(ADD_TO_CART, calendarId=calendar_id, product=product, quantity=quantity)
        return calendar_id

    def place(self, key: str | None = None, **changes: Any) -> dict[str, Any]:
        """Order the cart."""
        key = key or str(uuid.uuid4())
        order: dict[str, Any] = self.data(PLACE, input={**ADDRESS, **changes}, key=key)["placeOrder"]
        return order

    def new_order(self, quantity: int = 1) -> dict[str, Any]:
        """Make a calendar and order it."""
        self.fill_cart(quantity=quantity)
        return self.place()

    def order(self, order_id: str) -> dict[str, Any]:
        """Read an order."""
        found: dict[str, Any] = self.data(ORDER, id=order_id)["order"]
        return found

    def refusal_of_placing(self) -> str:
        """Order the cart while the provider is away; return the order's id."""
        order_id: str = self.refusal(PLACE, input=ADDRESS, key=str(uuid.uuid4()))["orderId"]
        return order_id

    def refusal(self, query: str, **variables: Any) -> dict[str, Any]:
        """Return the one error that the operation must give."""
        (error,) = self.run(query, **variables)["errors"]
        assert error["message"].endswith("."), "a sentence for people"
        refusal: dict[str, Any] = {"message": error["message"], **error["extensions"]}
        return refusal


class Stripe:
    """The running double, from outside: its payment page, its switches, its library."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.browser = httpx.Client(base_url=url, timeout=20, follow_redirects=False)
        self._http = stripe.RequestsClient()
        self.client = stripe.StripeClient(KEY, base_addresses={"api": url}, http_client=self._http)

    def close(self) -> None:
        self.browser.close()
        self._http.close()

    def pay(self, checkout_url: str, card: str = VISA) -> httpx.Response:
        """Send the form of a payment page."""
        form = {"card_number": card, "expiry": "12 / 40", "cvc": "123", "name": "Ada Lovelace"}
        return self.browser.post(checkout_url, data=form)

    def control(self, what: str, **order: Any) -> None:
        response = self.browser.post(f"/_control/{what}", json=order)
        assert response.status_code in {200, 202}, response.text

    def deliveries(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.browser.get("/_control/deliveries").json()["deliveries"]
        return found

    def settled(self) -> list[dict[str, Any]]:
        """Return the deliveries once none is under way."""
        wait_until(lambda: all(delivery["state"] != "waiting" for delivery in self.deliveries()))
        return self.deliveries()

    def event(self, kind: str) -> dict[str, Any]:
        """Return the newest event of a type."""
        found: dict[str, Any] = self.client.v1.events.list({"type": kind}).data[0].to_dict()
        return found

    def sessions(self) -> list[stripe.checkout.Session]:
        return list(self.client.v1.checkout.sessions.list({"limit": 100}).data)

    def paid_cents(self) -> int:
        """Return what has arrived and was not given back."""
        return sum(amount.amount for amount in self.client.v1.balance.retrieve().pending)

    def reset(self) -> None:
        self.control("webhooks", mode="normal")
        self.control("fault", calls=0)
        self.settled()
        self.control("reset")


class Till:
    """The shop with its database, in the test process, and the double that calls it back."""

    def __init__(self, shop: Shop, url: str, provider: Stripe) -> None:
        self.shop = shop
        self.url = url
        self.stripe = provider

    def rows(self, query: str, **values: Any) -> list[Any]:
        """Return the rows of an SQL query; a single column as plain values."""
        with self.shop.housekeeping.write() as session:
            result = session.execute(text(query), values)
            found = result.all() if result.returns_rows else []
        return [row[0] if len(row) == 1 else tuple(row) for row in found]

    def deliver(self, event: Mapping[str, Any], *, secret: str = SECRET, age: float = 0.0) -> int:
        """Post an event as the provider would; return the status of the answer."""
        body = json.dumps(event)
        signature = stripe.WebhookSignature.generate_signature_header(body, secret, int(time.time() - age))
        headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
        return httpx.post(f"{self.url}/webhooks/stripe", content=body, headers=headers, timeout=20).status_code

    def work(self) -> None:
        """Do what the worker would: act upon the inbox and carry out refunds, until nothing is left."""
        self.stripe.settled()
        for _ in range(2):  # what came too early finds its way the second time
            for row_id in self.rows("SELECT id FROM webhook_events WHERE status = 'RECEIVED' ORDER BY created_at"):
                try:
                    handle_webhook(self.shop.database, row_id)
                except NotYetError:
                    continue
            for refund_id in self.rows("SELECT id FROM refunds WHERE status = 'REQUESTED'"):
                carry_out_refund(self.shop.database, self.shop.gateway, refund_id)
            self.stripe.settled()

    def statuses(self) -> list[str]:
        """Return the states of all orders, oldest first."""
        return self.rows("SELECT status FROM orders ORDER BY number")

    def paid_order(self, customer: Customer, quantity: int = 1) -> dict[str, Any]:
        """Order, pay, and let the worker work."""
        order = customer.new_order(quantity)
        assert self.stripe.pay(order["checkoutUrl"]).status_code == 303
        self.work()
        return customer.order(order["id"])


@contextmanager
def stripe_process(webhook_url: str, **settings: str) -> Iterator[Stripe]:
    """Start the double; ``settings`` by the names of its command line."""
    values = {
        "webhook_url": webhook_url,
        "webhook_secret": SECRET,
        "api_key": KEY,
        "retry_base": "0.05",
        "max_attempts": "4",
    }
    values |= settings
    options = [f"--{name.replace('_', '-')}={value}" for name, value in values.items()]
    with running_double("stripe", *options) as url:
        running = Stripe(url)
        yield running
        running.close()


@contextmanager
def running_till(settings: AppSettings) -> Iterator[Till]:
    """Start double and shop."""
    from tests.shop.conftest import RunningApp

    port = free_port()
    with stripe_process(f"http://127.0.0.1:{port}/webhooks/stripe") as provider:
        changed = settings.model_copy(
            update={"stripe_api_base": provider.url, "public_url": f"http://127.0.0.1:{port}", "rate_limits": False}
        )
        with RunningApp(create_app(changed), port) as running:
            yield Till(running.shop, running.url, provider)
