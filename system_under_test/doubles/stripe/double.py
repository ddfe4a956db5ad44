"""The double as a whole: what can be done with sessions and payments, and the events that tell of it."""

import copy
import time
from dataclasses import dataclass

from system_under_test.doubles.stripe import payments, sessions
from system_under_test.doubles.stripe.cards import Card, Decline, Outcome, outcome_of
from system_under_test.doubles.stripe.parameters import Params
from system_under_test.doubles.stripe.state import Attempt, Checkout, State
from system_under_test.doubles.stripe.values import API_VERSION, Clock, Obj, new_id
from system_under_test.doubles.stripe.webhooks import Webhooks

# The events that the endpoint is subscribed to unless the settings name others; ``*`` stands for all.
SUBSCRIBED = (
    "checkout.session.completed", "checkout.session.expired", "checkout.session.async_payment_failed",
    "payment_intent.succeeded", "payment_intent.payment_failed", "charge.refunded",
)  # fmt: skip
NOT_AUTHENTICATED = Decline(
    "payment_intent_authentication_failure",
    "",
    "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
)


@dataclass(frozen=True, slots=True)
class Cause:
    """The request that an event comes from, if it was one of the API."""

    request_id: str | None = None
    idempotency_key: str | None = None


PAGE = Cause()


class Double:
    """State, clock and webhooks together. Every method runs to its end without giving way."""

    def __init__(self, webhooks: Webhooks, subscribed: tuple[str, ...] = SUBSCRIBED) -> None:
        self.webhooks = webhooks
        self.clock = Clock()
        self.state = State()
        self._subscribed = subscribed

    def reset(self) -> None:
        """Forget everything."""
        self.webhooks.clear()
        self.clock = Clock()
        self.state = State()

    def emit(self, kind: str, about: Obj, group: str, cause: Cause) -> None:
        """Keep an event with a snapshot of ``about``, and deliver it if the endpoint is subscribed."""
        event: Obj = {
            "id": new_id("evt_1"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.clock.now(),
            "data": {"object": copy.deepcopy(about)},
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": cause.request_id, "idempotency_key": cause.idempotency_key},
            "type": kind,
        }
        self.state.events[event["id"]] = event
        if kind in self._subscribed or "*" in self._subscribed:
            self.webhooks.submit(event, group)

    def open_checkout(self, params: Params, base_url: str) -> Checkout:
        """Make a Checkout Session; raises ApiError for wrong parameters."""
        checkout = sessions.create_checkout(params, base_url, self.clock.now())
        self.state.checkouts[checkout.session["id"]] = checkout
        return checkout

    def expire(self, checkout: Checkout, cause: Cause = PAGE) -> None:
        """End an open session; raises ApiError in another state."""
        sessions.mark_expired(checkout)
        group = checkout.session["id"]
        if checkout.session["payment_intent"] is not None:
            intent = self._intent(checkout)
            intent.update(status="canceled", canceled_at=self.clock.now(), next_action=None)
            self.emit("payment_intent.canceled", intent, group, cause)
        self.emit("checkout.session.expired", checkout.session, group, cause)

    def expire_overdue(self) -> None:
        """Expire the open sessions whose time is over."""
        now = self.clock.now()
        for checkout in self.state.checkouts.values():
            if checkout.session["status"] == "open" and checkout.session["expires_at"] <= now:
                self.expire(checkout)

    def pay(self, checkout: Checkout, attempt: Attempt) -> Decline | Outcome:
        """Try to pay an open session. AUTHENTICATE means that the customer must confirm first."""
        intent = self._intent(checkout)
        intent["shipping"] = attempt.shipping
        answer = outcome_of(attempt.card)
        if isinstance(answer, Decline):
            charge = self._charge(checkout, attempt.card, attempt.customer, answer)
            payments.fail(intent, answer, charge)
            self.emit("charge.failed", charge, checkout.session["id"], PAGE)
            self.emit("payment_intent.payment_failed", intent, checkout.session["id"], PAGE)
        elif answer is Outcome.AUTHENTICATE:
            checkout.waiting = attempt
            intent.update(status="requires_action", next_action={"type": "use_stripe_sdk", "use_stripe_sdk": {}})
            self.emit("payment_intent.requires_action", intent, checkout.session["id"], PAGE)
        elif answer is Outcome.FAILS_LATER:
            self._fail_later(checkout, attempt)
        else:
            self._complete(checkout, attempt)
        return answer

    def confirm(self, checkout: Checkout, *, authenticated: bool) -> Decline | None:
        """End the 3-D Secure step of a session that waits for it; return why it failed, if it did."""
        attempt, checkout.waiting = checkout.waiting, None
        if attempt is None:
            raise ValueError("the session does not wait for a confirmation")
        if authenticated:
            self._complete(checkout, attempt)
            return None
        intent = self._intent(checkout)
        payments.fail(intent, NOT_AUTHENTICATED)
        self.emit("payment_intent.payment_failed", intent, checkout.session["id"], PAGE)
        return NOT_AUTHENTICATED

    def refund(self, charge: Obj, amount: int, reason: str | None, metadata: dict[str, str], cause: Cause) -> Obj:
        """Give ``amount`` back, which the caller has checked."""
        refund = payments.new_refund(charge, amount, reason, metadata, self.clock.now())
        self.state.refunds[refund["id"]] = refund
        group = self.state.groups[charge["id"]]
        self.emit("refund.created", refund, group, cause)
        self.emit("charge.refunded", charge, group, cause)
        return refund

    def today(self) -> tuple[int, int]:
        """Return (year, month) by the clock of the double, in UTC."""
        day = time.gmtime(self.clock.now())
        return day.tm_year, day.tm_mon

    def _intent(self, checkout: Checkout) -> Obj:
        session = checkout.session
        if session["payment_intent"] is None:
            intent = payments.new_intent(checkout, self.clock.now())
            self.state.intents[intent["id"]] = intent
            self.state.groups[intent["id"]] = session["id"]
            session["payment_intent"] = intent["id"]
            self.emit("payment_intent.created", intent, session["id"], PAGE)
        return self.state.intents[session["payment_intent"]]

    def _charge(self, checkout: Checkout, card: Card, customer: Obj, decline: Decline | None = None) -> Obj:
        charge = payments.new_charge(self._intent(checkout), card, customer, self.clock.now(), decline)
        self.state.charges[charge["id"]] = charge
        self.state.groups[charge["id"]] = checkout.session["id"]
        return charge

    def _complete(self, checkout: Checkout, attempt: Attempt) -> None:
        intent = self._intent(checkout)
        charge = self._charge(checkout, attempt.card, attempt.customer)
        payments.succeed(intent, charge)
        self._close(checkout, attempt, "paid")
        group = checkout.session["id"]
        self.emit("charge.succeeded", charge, group, PAGE)
        self.emit("payment_intent.succeeded", intent, group, PAGE)
        self.emit("checkout.session.completed", checkout.session, group, PAGE)

    def _fail_later(self, checkout: Checkout, attempt: Attempt) -> None:
        """Complete the session unpaid, then let the payment fail: completed does not mean paid."""
        intent = self._intent(checkout)
        intent.update(status="processing")
        self._close(checkout, attempt, "unpaid")
        group = checkout.session["id"]
        self.emit("checkout.session.completed", checkout.session, group, PAGE)
        decline = Decline("card_declined", "generic_decline", "Your card was declined.")
        charge = self._charge(checkout, attempt.card, attempt.customer, decline)
        payments.fail(intent, decline, charge)
        self.emit("charge.failed", charge, group, PAGE)
        self.emit("payment_intent.payment_failed", intent, group, PAGE)
        self.emit("checkout.session.async_payment_failed", checkout.session, group, PAGE)

    @staticmethod
    def _close(checkout: Checkout, attempt: Attempt, payment_status: str) -> None:
        checkout.waiting = None
        collected: Obj = {"business_name": None, "individual_name": None, "shipping_details": attempt.shipping}
        details = {**attempt.customer, "business_name": None, "individual_name": None, "tax_exempt": "none"}
        checkout.session.update(
            status="complete", payment_status=payment_status, url=None,
            customer_details=details | {"tax_ids": []},
            collected_information=collected if attempt.shipping else None,
        )  # fmt: skip
