"""What the tests of the Stripe double share."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import stripe

from tests.shop.helpers import wait_until

API_KEY = "sk_test_of_the_shop_4711"
SECRET = "whsec_for_tests_only"  # noqa: S105
PAID, DECLINED, NO_FUNDS = "4242424242424242", "4000000000000002", "4000000000009995"
EXPIRED_CARD, NEEDS_3DS, FAILS_LATER = "4000000000000069", "4000002500003155", "4000000000000341"

ITEM: dict[str, Any] = {
    "price_data": {"currency": "eur", "unit_amount": 2490, "product_data": {"name": "Kalender »Dorf« 🎂"}},
    "quantity": 2,
}
SESSION: dict[str, Any] = {
    "mode": "payment",
    "success_url": "https://shop.test/thanks?session={CHECKOUT_SESSION_ID}",
    "cancel_url": "https://shop.test/cart",
    "customer_email": "ada@example.com",
    "line_items": [ITEM],
}
FORM = {"card_number": "4242 4242 4242 4242", "expiry": "12 / 40", "cvc": "123", "name": "Ada Lovelace"}


@dataclass
class Received:
    """One post that reached the receiver."""

    body: bytes
    headers: Mapping[str, str]
    answered: int

    @property
    def signature(self) -> str:
        return self.headers["Stripe-Signature"]

    def event(self, body: bytes | None = None) -> stripe.Event:
        """Verify as a shop does; raises SignatureVerificationError."""
        event: stripe.Event = stripe.Webhook.construct_event(body or self.body, self.signature, SECRET)
        return event


@dataclass
class Receiver:
    """A webhook endpoint that answers with `planned` statuses, then 200."""

    planned: list[int] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)

    def __enter__(self) -> Receiver:
        receiver, lock = self, threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with lock:
                    status = receiver.planned.pop(0) if receiver.planned else 200
                    receiver.received.append(Received(body, dict(self.headers), status))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhooks/stripe"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()

    def clear(self) -> None:
        self.planned.clear()
        self.received.clear()

    def wait_for(self, count: int) -> list[Received]:
        """Return the first ``count`` posts as soon as they are there."""
        wait_until(lambda: len(self.received) >= count)
        return self.received[:count]


class StripeDouble:
    """The running double: the library to call it, a browser to pay, switches to trouble it."""

    def __init__(self, client: stripe.StripeClient, browser: httpx.Client) -> None:
        self.client = client
        self.sessions = client.v1.checkout.sessions
        self.browser = browser

    def open(self, **more: Any) -> stripe.checkout.Session:
        """Open a session, `SESSION` with changes; a value of None leaves the parameter out."""
        merged: Any = {key: value for key, value in {**SESSION, **more}.items() if value is not None}
        return self.sessions.create(merged)

    def pay(self, session: stripe.checkout.Session, card: str = PAID, **more: str) -> httpx.Response:
        """Send the form of the payment page."""
        return self.browser.post(f"/c/pay/{session.id}", data={**FORM, "card_number": card, **more})

    def paid(self, **more: Any) -> stripe.checkout.Session:
        """Open a session, pay it, and return it as it is then."""
        session = self.open(**more)
        assert self.pay(session).status_code == 303
        return self.sessions.retrieve(session.id)

    def control(self, what: str, **order: Any) -> dict[str, Any]:
        response = self.browser.post(f"/_control/{what}", json=order)
        assert response.status_code in {200, 202}, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def deliveries(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.browser.get("/_control/deliveries").json()["deliveries"]
        return found

    def settled(self) -> list[dict[str, Any]]:
        """Return the deliveries once none is under way."""
        wait_until(lambda: all(d["state"] != "waiting" for d in self.deliveries()))
        return self.deliveries()


def intent_of(session: stripe.checkout.Session) -> str:
    """Return the id of the session's payment intent, which must be there."""
    assert isinstance(session.payment_intent, str)
    return session.payment_intent
