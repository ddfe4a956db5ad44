"""Small values that several modules need: ids, time, money."""

import secrets
import string
import time
from typing import Any

API_VERSION = "2026-10-28.endive"

# An API object as it is sent: JSON, with ``object`` naming its kind.
Obj = dict[str, Any]

_ALPHABET = string.ascii_letters + string.digits

# Currency → least amount that can be charged, in the smallest unit.
CURRENCIES = {
    "aud": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250, "eur": 50, "gbp": 30,
    "jpy": 50, "nok": 300, "nzd": 50, "pln": 200, "sek": 300, "usd": 50,
}  # fmt: skip
_WITHOUT_CENTS = frozenset({"jpy"})
_SYMBOLS = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}
MAX_AMOUNT = 99_999_999


def new_id(prefix: str, length: int = 24) -> str:
    """Return a fresh id such as ``evt_…`` with ``length`` random letters and digits."""
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(length))


def format_amount(amount: int, currency: str) -> str:
    """Return ``amount``, given in the smallest unit of ``currency``, as people write it: ``$12.00``."""
    number = f"{amount:,}" if currency in _WITHOUT_CENTS else f"{amount // 100:,}.{amount % 100:02d}"
    symbol = _SYMBOLS.get(currency)
    return f"{symbol}{number}" if symbol else f"{number} {currency.upper()}"


class Clock:
    """The time of the double in seconds since 1970; testers may move it forward, as with Stripe's test clocks."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> int:
        """Return the time in whole seconds."""
        return int(time.time() + self._ahead)

    def advance(self, seconds: float) -> None:
        """Move the time forward by ``seconds``."""
        self._ahead += seconds
