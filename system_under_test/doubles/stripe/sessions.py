"""Checkout Sessions: made from the parameters of the API, listed, expired."""

import re
from urllib.parse import urlsplit

from system_under_test.doubles.stripe.errors import invalid, wrong_state
from system_under_test.doubles.stripe.items import read_line_items
from system_under_test.doubles.stripe.parameters import Params
from system_under_test.doubles.stripe.state import Checkout
from system_under_test.doubles.stripe.values import CURRENCIES, MAX_AMOUNT, Obj, format_amount, new_id

MIN_AGE, MAX_AGE = 30 * 60, 24 * 60 * 60
PLACEHOLDER = "{CHECKOUT_SESSION_ID}"
# Parameters of the real API that the double refuses in plain words instead of calling them unknown.
NOT_IMPLEMENTED = frozenset({
    "adaptive_pricing", "after_expiration", "allow_promotion_codes", "automatic_tax", "branding_settings",
    "consent_collection", "custom_fields", "custom_text", "customer", "customer_account", "customer_update",
    "discounts", "excluded_payment_method_types", "integration_identifier", "invoice_creation", "managed_payments",
    "name_collection", "optional_items", "origin_context", "payment_method_collection",
    "payment_method_configuration", "payment_method_data", "payment_method_options", "permissions",
    "phone_number_collection", "redirect_on_completion", "return_url", "saved_payment_method_options",
    "setup_intent_data", "shipping_options", "subscription_data", "tax_id_collection", "wallet_options",
})  # fmt: skip
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
# Members that a session of the real API has and the double never fills.
_NULL = (
    "adaptive_pricing", "after_expiration", "allow_promotion_codes", "branding_settings", "client_secret", "consent",
    "consent_collection", "currency_conversion", "customer", "customer_account", "customer_details", "discounts",
    "integration_identifier", "invoice", "name_collection", "optional_items", "origin_context", "payment_intent",
    "payment_link", "payment_method_configuration_details", "permissions", "recovered_from",
    "saved_payment_method_options", "setup_intent", "shipping_cost", "subscription", "wallet_options",
)  # fmt: skip


def create_checkout(params: Params, base_url: str, now: int) -> Checkout:
    """Return a new open session; raises ApiError for the first parameter that is wrong."""
    if params.choice("mode", ("payment", "setup", "subscription")) != "payment":
        if params.has("mode"):
            raise invalid("This double only implements mode=payment.", param="mode")
        raise params.missing("mode")
    success_url = _url(params, "success_url")
    if success_url is None:
        raise params.missing("success_url")
    identifier = new_id("cs_test_", 58)
    page_url = f"{base_url}/c/pay/{identifier}"
    intent_data = _intent_data(params.child("payment_intent_data"))
    items = read_line_items(params, now)
    currency = items[0]["currency"]
    total = sum(item["amount_total"] for item in items)
    session: Obj = dict.fromkeys(_NULL) | {
        "id": identifier,
        "object": "checkout.session",
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": params.choice("billing_address_collection", ("auto", "required")),
        "cancel_url": _url(params, "cancel_url"),
        "client_reference_id": params.text("client_reference_id", maximum=200),
        "collected_information": None,
        "created": now,
        "currency": currency,
        "custom_fields": [],
        "custom_text": dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")),
        "customer_creation": params.choice("customer_creation", ("if_required",)) or "if_required",
        "customer_email": _email(params),
        "expires_at": _expires_at(params, now),
        "invoice_creation": {"enabled": False, "invoice_data": None},
        "livemode": False,
        "locale": params.text("locale", maximum=10),
        "metadata": params.metadata(),
        "mode": "payment",
        "payment_method_collection": "if_required",
        "payment_method_options": {},
        "payment_method_types": _method_types(params),
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "shipping_address_collection": _shipping(params.child("shipping_address_collection")),
        "shipping_options": [],
        "status": "open",
        "submit_type": params.choice("submit_type", ("auto", "book", "donate", "pay")),
        "success_url": success_url,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": params.choice("ui_mode", ("hosted_page",)) or "hosted_page",
        "url": page_url,
    }
    wanted = params.text("currency", maximum=3)
    params.finish(NOT_IMPLEMENTED)
    if wanted is not None and wanted.lower() != currency:
        raise invalid(f"The currency {wanted} does not match the line items' {currency}.", param="currency")
    _check_total(total, currency)
    return Checkout(session, items, intent_data, page_url)


def mark_expired(checkout: Checkout) -> None:
    """Close an open session without payment; raises ApiError (400) in any other state."""
    status = checkout.session["status"]
    if status != "open":
        raise wrong_state(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of `{status}`."
        )
    checkout.session.update(status="expired", url=None)
    checkout.waiting = None


def _intent_data(data: Params | None) -> Obj:
    if data is None:
        return {"metadata": {}, "description": None, "receipt_email": None}
    return {
        "metadata": data.metadata(),
        "description": data.text("description", maximum=1000),
        "receipt_email": data.text("receipt_email", maximum=800),
    }


def _check_total(total: int, currency: str) -> None:
    least = CURRENCIES[currency]
    if total < least:
        sentence = f"The Checkout Session's total amount due must add up to at least {format_amount(least, currency)}"
        raise invalid(f"{sentence} {currency}", code="amount_too_small")
    if total > MAX_AMOUNT:
        sentence = "The Checkout Session's total amount due must be no more than"
        raise invalid(f"{sentence} {format_amount(MAX_AMOUNT, currency)}", code="amount_too_large")


def _url(params: Params, key: str) -> str | None:
    value = params.text(key)
    if value is None:
        return None
    try:
        parts = urlsplit(value)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r"[\s;,]", parts.netloc)
    except ValueError:
        good = False
    if not good or re.search(r"[\x00-\x20\x7f]", value):
        raise invalid("Not a valid URL", code="url_invalid", param=params.name(key))
    return value


def is_email(value: str) -> bool:
    """Tell whether ``value`` has the form of an e-mail address."""
    return len(value) <= 800 and _EMAIL.fullmatch(value) is not None


def _email(params: Params) -> str | None:
    value = params.text("customer_email")
    if value is not None and not is_email(value):
        raise invalid(f"Invalid email address: {value}", code="email_invalid", param="customer_email")
    return value


def _expires_at(params: Params, now: int) -> int:
    value = params.integer("expires_at")
    if value is None:
        return now + MAX_AGE
    # One minute of grace: the caller's clock and the way here are not exact.
    if value < now + MIN_AGE - 60:
        sentence = "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation."
        raise invalid(sentence, param="expires_at")
    if value > now + MAX_AGE + 60:
        sentence = "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation."
        raise invalid(sentence, param="expires_at")
    return value


def _method_types(params: Params) -> list[str]:
    wanted = params.texts("allowed_payment_method_types")
    if any(kind != "card" for kind in wanted):
        raise invalid("This double only takes cards.", param="allowed_payment_method_types")
    return ["card"]


def _shipping(data: Params | None) -> Obj | None:
    if data is None:
        return None
    countries = data.texts("allowed_countries")
    if not countries:
        raise data.missing("allowed_countries")
    for country in countries:
        if not re.fullmatch(r"[A-Z]{2}", country):
            raise invalid(f"Invalid country: {country}", param=data.name("allowed_countries"))
    return {"allowed_countries": countries}
