"""The life of an order: which state may follow which."""

from enum import StrEnum

from system_under_test.errors import conflict


class OrderStatus(StrEnum):
    """State of an order. CANCELLED, DELIVERED and REFUNDED are final."""

    PLACED = "PLACED"
    PAID = "PAID"
    IN_PRODUCTION = "IN_PRODUCTION"
    SHIPPED = "SHIPPED"
    DELIVERED = "DELIVERED"
    CANCELLED = "CANCELLED"
    REFUNDED = "REFUNDED"


_NEXT: dict[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.PLACED: frozenset({OrderStatus.PAID, OrderStatus.CANCELLED}),
    OrderStatus.PAID: frozenset({OrderStatus.IN_PRODUCTION, OrderStatus.REFUNDED}),
    OrderStatus.IN_PRODUCTION: frozenset({OrderStatus.SHIPPED, OrderStatus.REFUNDED}),
    OrderStatus.SHIPPED: frozenset({OrderStatus.DELIVERED, OrderStatus.REFUNDED}),
    OrderStatus.DELIVERED: frozenset({OrderStatus.REFUNDED}),
    # Money that arrives after the customer gave up is money all the same: the order lives again.
    OrderStatus.CANCELLED: frozenset({OrderStatus.PAID}),
    OrderStatus.REFUNDED: frozenset(),
}
# What a person of the shop may choose; money moves the other states.
BY_HAND = frozenset({OrderStatus.IN_PRODUCTION, OrderStatus.SHIPPED, OrderStatus.DELIVERED})


def next_states(status: OrderStatus) -> frozenset[OrderStatus]:
    """Return the states that may follow ``status``."""
    return _NEXT[status]


def check_step(old: OrderStatus, new: OrderStatus) -> None:
    """Raise CONFLICT unless ``new`` may follow ``old``."""
    if new not in _NEXT[old]:
        raise conflict(
            f"An order that is {old.lower().replace('_', ' ')} cannot become {new.lower().replace('_', ' ')}."
        )
