"""Payment Intents, Charges and Refunds as objects of the API."""

from system_under_test.doubles.stripe.cards import Card, Decline
from system_under_test.doubles.stripe.state import Checkout
from system_under_test.doubles.stripe.values import Obj, new_id

_NO_ADDRESS: Obj = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))


def new_intent(checkout: Checkout, now: int) -> Obj:
    """Return the intent of a session, which is made when the customer first tries to pay."""
    session = checkout.session
    identifier = new_id("pi_3")
    nothing = dict.fromkeys((
        "application", "application_fee_amount", "automatic_payment_methods", "canceled_at", "cancellation_reason",
        "customer", "last_payment_error", "latest_charge", "next_action", "on_behalf_of", "payment_method",
        "processing", "review", "setup_future_usage", "shipping", "source", "statement_descriptor",
        "statement_descriptor_suffix", "transfer_data", "transfer_group",
    ))  # fmt: skip
    return nothing | {
        "id": identifier, "object": "payment_intent", "amount": session["amount_total"], "amount_capturable": 0,
        "amount_details": {"tip": {}}, "amount_received": 0, "capture_method": "automatic_async",
        "client_secret": new_id(f"{identifier}_secret_"), "confirmation_method": "automatic", "created": now,
        "currency": session["currency"], "livemode": False, "payment_method_options": {}, "status":
        "requires_payment_method", "payment_method_types": session["payment_method_types"], **checkout.intent_data,
    }  # fmt: skip


def new_charge(intent: Obj, card: Card, customer: Obj, now: int, decline: Decline | None = None) -> Obj:
    """Return the charge of one attempt, failed if ``decline`` is given."""
    paid = decline is None
    nothing = dict.fromkeys((
        "application", "application_fee", "application_fee_amount", "balance_transaction",
        "customer", "failure_balance_transaction", "failure_code", "failure_message", "on_behalf_of",
        "receipt_number", "receipt_url", "review", "source_transfer", "statement_descriptor",
        "statement_descriptor_suffix", "transfer_data", "transfer_group",
    ))  # fmt: skip
    charge: Obj = nothing | {
        "id": new_id("ch_3"), "object": "charge", "amount": intent["amount"],
        "amount_captured": intent["amount"] if paid else 0, "amount_refunded": 0,
        "billing_details": {**customer, "tax_id": None}, "calculated_statement_descriptor": "DOUBLE",
        "captured": paid, "created": now, "currency": intent["currency"], "description": intent["description"],
        "disputed": False, "fraud_details": {}, "livemode": False, "metadata": dict(intent["metadata"]),
        "outcome": {"network_status": "approved_by_network", "reason": None, "risk_level": "normal",
                    "risk_score": 32, "seller_message": "Payment complete.", "type": "authorized"},
        "paid": paid, "payment_intent": intent["id"], "payment_method": new_id("pm_1"),
        "payment_method_details": {"card": card.as_details(), "type": "card"},
        "receipt_email": intent["receipt_email"], "refunded": False, "shipping": intent["shipping"],
        "status": "succeeded" if paid else "failed",
    }  # fmt: skip
    if decline is not None:
        charge["failure_code"] = decline.code
        charge["failure_message"] = decline.message
        charge["outcome"].update(
            network_status="declined_by_network", reason=decline.decline_code,
            seller_message="The bank did not approve the payment.", type="issuer_declined",
        )  # fmt: skip
    return charge


def succeed(intent: Obj, charge: Obj) -> None:
    """Note on ``intent`` that ``charge`` went through."""
    intent.update(
        status="succeeded", amount_received=intent["amount"], latest_charge=charge["id"], last_payment_error=None,
        next_action=None, payment_method=charge["payment_method"],
    )  # fmt: skip


def fail(intent: Obj, decline: Decline, charge: Obj | None = None) -> None:
    """Note on ``intent`` why the last attempt failed; the customer may try again."""
    error: Obj = {"code": decline.code, "message": decline.message, "type": "card_error"}
    if charge is not None:
        error |= {"charge": charge["id"], "decline_code": decline.decline_code}
        intent["latest_charge"] = charge["id"]
    else:
        error["type"] = "invalid_request_error"
    intent.update(status="requires_payment_method", last_payment_error=error, next_action=None, payment_method=None)


def new_refund(charge: Obj, amount: int, reason: str | None, metadata: dict[str, str], now: int) -> Obj:
    """Return a refund of ``amount`` and note it on ``charge``."""
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    return {
        "id": new_id("re_3"), "object": "refund", "amount": amount, "balance_transaction": None,
        "charge": charge["id"], "created": now, "currency": charge["currency"],
        "destination_details": {"card": {"reference_status": "pending", "type": "refund"}, "type": "card"},
        "metadata": metadata, "payment_intent": charge["payment_intent"], "reason": reason, "receipt_number": None,
        "source_transfer_reversal": None, "status": "succeeded", "transfer_reversal": None,
    }  # fmt: skip


def customer_of(email: str, name: str, country: str | None = None) -> Obj:
    """Return what the payment page learns about a customer, in the shape of billing details."""
    return {"address": _NO_ADDRESS | {"country": country}, "email": email, "name": name, "phone": None}
