"""The endpoints of the API, each a function from parameters to the object that is answered."""

from collections.abc import Callable
from dataclasses import dataclass

from system_under_test.doubles.stripe.double import Cause, Double
from system_under_test.doubles.stripe.errors import invalid, no_such, wrong_state
from system_under_test.doubles.stripe.listing import created_filter, items_of, newest_first, page_of
from system_under_test.doubles.stripe.parameters import Params
from system_under_test.doubles.stripe.state import Checkout
from system_under_test.doubles.stripe.values import Obj, format_amount

SESSIONS = "/v1/checkout/sessions"
REASONS = ("duplicate", "fraudulent", "requested_by_customer")


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the API: the id in its path (or an empty text), where the caller reached the double, its cause."""

    identifier: str
    base_url: str
    cause: Cause


Endpoint = Callable[[Double, Params, Call], Obj]


def create_session(double: Double, params: Params, call: Call) -> Obj:
    """``POST /v1/checkout/sessions``."""
    return double.open_checkout(params, call.base_url).session


def list_sessions(double: Double, params: Params, _: Call) -> Obj:
    """``GET /v1/checkout/sessions``, by status, payment_intent, e-mail of the customer or time."""
    status = params.choice("status", ("complete", "expired", "open"))
    customer = params.child("customer_details")
    email = customer.required_text("email") if customer else None
    sessions = {key: checkout.session for key, checkout in double.state.checkouts.items()}
    found = newest_first(sessions, params, status=status, payment_intent=params.text("payment_intent"))
    if email is not None:
        found = [session for session in found if (session["customer_details"] or {}).get("email") == email]
    return page_of(found, params, SESSIONS, "checkout.session")


def get_session(double: Double, _: Params, call: Call) -> Obj:
    """``GET /v1/checkout/sessions/{id}``."""
    return _checkout(double, call).session


def expire_session(double: Double, params: Params, call: Call) -> Obj:
    """``POST /v1/checkout/sessions/{id}/expire``."""
    params.finish()
    checkout = _checkout(double, call)
    double.expire(checkout, call.cause)
    return checkout.session


def list_line_items(double: Double, params: Params, call: Call) -> Obj:
    """``GET /v1/checkout/sessions/{id}/line_items``."""
    return items_of(_checkout(double, call), params)


def get_intent(double: Double, _: Params, call: Call) -> Obj:
    """``GET /v1/payment_intents/{id}``."""
    return _found(double.state.intents, call, "payment_intent", "intent")


def list_intents(double: Double, params: Params, _: Call) -> Obj:
    """``GET /v1/payment_intents``."""
    return page_of(newest_first(double.state.intents, params), params, "/v1/payment_intents", "payment_intent")


def get_charge(double: Double, _: Params, call: Call) -> Obj:
    """``GET /v1/charges/{id}``."""
    return _found(double.state.charges, call, "charge", "charge")


def list_charges(double: Double, params: Params, _: Call) -> Obj:
    """``GET /v1/charges``, by payment_intent."""
    found = newest_first(double.state.charges, params, payment_intent=params.text("payment_intent"))
    return page_of(found, params, "/v1/charges", "charge")


def create_refund(double: Double, params: Params, call: Call) -> Obj:
    """``POST /v1/refunds``: all that is left, or ``amount`` of it."""
    intent_id, charge_id = params.text("payment_intent"), params.text("charge")
    amount = params.integer("amount", minimum=1)
    reason = params.choice("reason", REASONS)
    metadata = params.metadata()
    params.finish()
    charge = _refundable_charge(double, intent_id, charge_id)
    left = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        sentence = f"Charge {charge['id']} has already been refunded."
        raise wrong_state(sentence, code="charge_already_refunded")
    if amount is not None and amount > left:
        wanted, rest = format_amount(amount, charge["currency"]), format_amount(left, charge["currency"])
        what = "unrefunded amount on charge" if charge["amount_refunded"] else "charge amount"
        raise wrong_state(f"Refund amount ({wanted}) is greater than {what} ({rest})", param="amount")
    return double.refund(charge, left if amount is None else amount, reason, metadata, call.cause)


def get_refund(double: Double, _: Params, call: Call) -> Obj:
    """``GET /v1/refunds/{id}``."""
    return _found(double.state.refunds, call, "refund", "refund")


def list_refunds(double: Double, params: Params, _: Call) -> Obj:
    """``GET /v1/refunds``, by payment_intent or charge."""
    wanted = {key: params.text(key) for key in ("payment_intent", "charge")}
    return page_of(newest_first(double.state.refunds, params, **wanted), params, "/v1/refunds", "refund")


def get_event(double: Double, _: Params, call: Call) -> Obj:
    """``GET /v1/events/{id}``."""
    return _found(double.state.events, call, "event", "id")


def list_events(double: Double, params: Params, _: Call) -> Obj:
    """``GET /v1/events``, by type, types or time."""
    kind, kinds, fits = params.text("type"), params.texts("types"), created_filter(params)
    found = [
        event
        for event in reversed(double.state.events.values())
        if fits(event["created"]) and kind in (None, event["type"]) and (not kinds or event["type"] in kinds)
    ]
    return page_of(found, params, "/v1/events", "event")


def get_balance(double: Double, _: Params, __: Call) -> Obj:
    """``GET /v1/balance``: what was paid less what was refunded, per currency. Cheap enough for a health check."""
    sums: dict[str, int] = {}
    for charge in double.state.charges.values():
        kept = charge["amount_captured"] - charge["amount_refunded"]
        sums[charge["currency"]] = sums.get(charge["currency"], 0) + kept
    pending = [{"amount": total, "currency": code, "source_types": {"card": total}} for code, total in sums.items()]
    available = [{"amount": 0, "currency": code, "source_types": {"card": 0}} for code in sums or ("usd",)]
    return {"object": "balance", "available": available, "livemode": False, "pending": pending}


def _checkout(double: Double, call: Call) -> Checkout:
    try:
        return double.state.checkouts[call.identifier]
    except KeyError:
        raise no_such("checkout.session", call.identifier, "session") from None


def _found(objects: dict[str, Obj], call: Call, kind: str, param: str) -> Obj:
    try:
        return objects[call.identifier]
    except KeyError:
        raise no_such(kind, call.identifier, param) from None


def _refundable_charge(double: Double, intent_id: str | None, charge_id: str | None) -> Obj:
    if intent_id is not None:
        intent = double.state.intents.get(intent_id)
        if intent is None:
            raise no_such("payment_intent", intent_id, "payment_intent")
        if intent["status"] != "succeeded":
            raise wrong_state(f"This PaymentIntent ({intent_id}) does not have a successful charge to refund.")
        if charge_id not in (None, intent["latest_charge"]):
            raise invalid("The charge does not belong to the payment_intent.", param="charge")
        return double.state.charges[intent["latest_charge"]]
    if charge_id is None:
        raise invalid("One of the following params should be provided for this request: payment_intent or charge.")
    charge = double.state.charges.get(charge_id)
    if charge is None:
        raise no_such("charge", charge_id, "charge")
    if not charge["paid"]:
        raise wrong_state(f"Charge {charge_id} failed; there is nothing to refund.")
    return charge
