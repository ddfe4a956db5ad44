"""Test cards: what a customer may type, and what comes of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from system_under_test.doubles.stripe.values import Obj


class Outcome(Enum):
    """What paying with an accepted card leads to."""

    PAID = "paid"
    AUTHENTICATE = "authenticate"
    FAILS_LATER = "fails later"


@dataclass(frozen=True, slots=True)
class Decline:
    """A refusal by the bank; ``message`` is shown to the customer."""

    code: str
    decline_code: str
    message: str


@dataclass(frozen=True, slots=True)
class Card:
    """A card that passed the checks of the form. The security code is checked and forgotten."""

    number: str
    exp_month: int
    exp_year: int

    @property
    def brand(self) -> str:
        """Return the network: visa, mastercard or amex, else unknown."""
        if self.number[:2] in {"34", "37"}:
            return "amex"
        return {"4": "visa", "5": "mastercard"}.get(self.number[0], "unknown")

    def as_details(self) -> Obj:
        """Return the part of the card that the API shows."""
        return {
            "brand": self.brand, "country": "US", "exp_month": self.exp_month, "exp_year": self.exp_year,
            "funding": "credit", "last4": self.number[-4:], "network": self.brand, "three_d_secure": None,
            "wallet": None, "checks": {"address_line1_check": None, "address_postal_code_check": None,
                                       "cvc_check": "pass"},
        }  # fmt: skip


_FUNDS = "Your card has insufficient funds. Try a different card."
TEST_CARDS: dict[str, Outcome | Decline] = {
    "4242424242424242": Outcome.PAID,
    "5555555555554444": Outcome.PAID,
    "378282246310005": Outcome.PAID,
    "4000002500003155": Outcome.AUTHENTICATE,
    "4000000000000341": Outcome.FAILS_LATER,
    "4000000000000002": Decline("card_declined", "generic_decline", "Your card was declined. Try a different card."),
    "4000000000009995": Decline("card_declined", "insufficient_funds", _FUNDS),
    "4000000000000069": Decline("expired_card", "expired_card", "Your card has expired. Try a different card."),
    "4000000000000127": Decline("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."),
    "4000000000000119": Decline(
        "processing_error", "processing_error", "An error occurred while processing your card. Try again in a moment."
    ),
}
_NO_TEST_CARD = Decline(
    "card_declined",
    "test_mode_live_card",
    "Your card was declined. Your request was in test mode, but used a non test card.",
)


def outcome_of(card: Card) -> Outcome | Decline:
    """Return what the bank answers; a number that is no test card is declined, as in test mode."""
    return TEST_CARDS.get(card.number, _NO_TEST_CARD)


def passes_luhn(number: str) -> bool:
    """Tell whether the check digit of a string of digits is right."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def read_card(form: Mapping[str, str], today: tuple[int, int]) -> tuple[Card | None, dict[str, str]]:
    """Return the card, or None and a message per wrong field; ``today`` is (year, month)."""
    errors: dict[str, str] = {}
    number = re.sub(r"[\s-]", "", form.get("card_number", ""))
    if not number:
        errors["card_number"] = "Enter your card number."
    elif not re.fullmatch(r"[0-9]+", number):
        errors["card_number"] = "Your card number is invalid."
    elif len(number) < 14:
        errors["card_number"] = "Your card number is incomplete."
    elif len(number) > 19 or not passes_luhn(number):
        errors["card_number"] = "Your card number is invalid."
    month, year = _read_expiry(form.get("expiry", ""), today, errors)
    digits = 4 if number[:2] in {"34", "37"} else 3
    if not re.fullmatch(rf"[0-9]{{{digits}}}", form.get("cvc", "").strip()):
        errors["cvc"] = "Your card's security code is incomplete."
    return (None, errors) if errors else (Card(number, month, year), {})


def _read_expiry(text: str, today: tuple[int, int], errors: dict[str, str]) -> tuple[int, int]:
    match = re.fullmatch(r"\s*([0-9]{1,2})\s*/?\s*(?:20)?([0-9]{2})\s*", text)
    month, year = (int(match[1]), 2000 + int(match[2])) if match else (0, 0)
    if not 1 <= month <= 12:
        errors["expiry"] = "Your card's expiration date is incomplete. Write it as MM / YY."
    elif year < today[0]:
        errors["expiry"] = "Your card's expiration year is in the past."
    elif (year, month) < today:
        errors["expiry"] = "Your card's expiration date is in the past."
    elif year > today[0] + 50:
        errors["expiry"] = "Your card's expiration year is invalid."
    return month, year
