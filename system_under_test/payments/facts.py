"""What the shop keeps of the provider's objects: what decides about an order, and nothing about cards or people."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

_PLAIN = re.compile(r"[ -~]{1,500}")


def text_of(data: Mapping[str, Any], key: str) -> str | None:
    """Return a plain ASCII text of at most 500 characters, None for anything else."""
    value = data.get(key)
    return value if isinstance(value, str) and _PLAIN.fullmatch(value) else None


def cents_of(data: Mapping[str, Any], key: str) -> int | None:
    """Return a whole number of cents, None for anything else."""
    value = data.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else None


def part_of(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return an object within an object, empty when there is none."""
    value = data.get(key)
    return value if isinstance(value, Mapping) else {}


def order_of(data: Mapping[str, Any]) -> uuid.UUID | None:
    """Return the id of the order that the shop wrote into the object's metadata."""
    try:
        return uuid.UUID(text_of(part_of(data, "metadata"), "order_id") or "")
    except ValueError:
        return None


def id_of(data: Mapping[str, Any], key: str) -> str | None:
    """Return the id of another object, which may be expanded."""
    return text_of(part_of(data, key), "id") or text_of(data, key)


@dataclass(frozen=True, slots=True)
class CheckoutFacts:
    """How a payment page stands. Texts are the provider's own words; None for what is not known."""

    session_id: str | None
    order_id: uuid.UUID | None
    status: str | None
    payment_status: str | None
    amount_cents: int | None
    currency: str | None
    payment_intent: str | None
    intent_status: str | None

    @classmethod
    def of(cls, session: Mapping[str, Any]) -> Self:
        """Read a Checkout Session."""
        order_id = order_of(session)
        return cls(
            session_id=text_of(session, "id"),
            # Two marks name the order; when they disagree, neither counts.
            order_id=order_id if text_of(session, "client_reference_id") == str(order_id) else None,
            status=text_of(session, "status"),
            payment_status=text_of(session, "payment_status"),
            amount_cents=cents_of(session, "amount_total"),
            currency=text_of(session, "currency"),
            payment_intent=id_of(session, "payment_intent"),
            intent_status=text_of(part_of(session, "payment_intent"), "status"),
        )

    @property
    def is_open(self) -> bool:
        """True while the customer can pay there."""
        return self.status == "open"

    @property
    def is_paid(self) -> bool:
        """True when the money is there."""
        return self.status == "complete" and self.payment_status == "paid"

    @property
    def is_under_way(self) -> bool:
        """True when the customer has done everything and the bank has not answered yet."""
        return self.status == "complete" and self.intent_status == "processing"


def kept_of(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of an event's object that the inbox keeps, as JSON values, by the event's type."""
    kept: dict[str, Any] = {"id": text_of(data, "id"), "order_id": _text(order_of(data))}
    if kind.startswith("checkout.session."):
        facts = asdict(CheckoutFacts.of(data))
        return {**facts, "order_id": _text(facts["order_id"])}
    if kind.startswith("payment_intent."):
        error = part_of(data, "last_payment_error")
        kept["failure"] = text_of(error, "decline_code") or text_of(error, "code")
    elif kind.startswith(("charge.", "refund.")):
        kept |= {
            "payment_intent": id_of(data, "payment_intent"),
            "currency": text_of(data, "currency"),
            "amount_cents": cents_of(data, "amount"),
            "refunded_cents": cents_of(data, "amount_refunded"),
            "status": text_of(data, "status"),
            "refund_id": text_of(part_of(data, "metadata"), "refund_id"),
        }
    return kept


def checkout_of(kept: Mapping[str, Any]) -> CheckoutFacts:
    """Return what the inbox has kept of a Checkout Session."""
    order_id = kept.get("order_id")
    return CheckoutFacts(**{**kept, "order_id": uuid.UUID(order_id) if order_id else None})


def _text(value: uuid.UUID | None) -> str | None:
    return str(value) if value is not None else None
