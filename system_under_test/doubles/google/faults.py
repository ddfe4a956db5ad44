"""Faults on order: what the next N token answers shall have wrong with them."""

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """What may go wrong with a token answer."""

    SLOW = "slow"
    ERROR = "500"
    WRONG_SIGNATURE = "wrong-signature"
    EXPIRED = "expired"
    NONE_ALGORITHM = "none-algorithm"
    WRONG_NONCE = "wrong-nonce"
    WRONG_AUDIENCE = "wrong-audience"
    WRONG_ISSUER = "wrong-issuer"


# These two meet the request before the code is looked at, so that the client may try again.
OF_THE_ANSWER = frozenset({FaultKind.SLOW, FaultKind.ERROR})
OF_THE_TOKEN = frozenset(FaultKind) - OF_THE_ANSWER


@dataclass(slots=True)
class _Order:
    kind: FaultKind
    left: int
    seconds: float


class Faults:
    """At most one order at a time; a new one replaces the old."""

    def __init__(self) -> None:
        self._order: _Order | None = None

    def order(self, kind: FaultKind, count: int, seconds: float) -> None:
        """Let the next ``count`` answers suffer ``kind``; ``seconds`` is the delay of a slow one."""
        self._order = _Order(kind, count, seconds)

    def clear(self) -> None:
        """Forget the order."""
        self._order = None

    def take(self, kinds: frozenset[FaultKind]) -> tuple[FaultKind | None, float]:
        """Use up one fault when the order is among ``kinds``; return it and its delay in seconds."""
        order = self._order
        if order is None or order.kind not in kinds:
            return None, 0.0
        order.left -= 1
        if order.left == 0:
            self._order = None
        return order.kind, order.seconds

    def describe(self) -> dict[str, object] | None:
        """Return the order as a tester may see it."""
        order = self._order
        return None if order is None else {"kind": order.kind, "count": order.left, "seconds": order.seconds}
