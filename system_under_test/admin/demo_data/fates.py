"""What becomes of an order: its steps with their times, none of them in the future."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from system_under_test.orders.states import OrderStatus

_WAY = {
    OrderStatus.PLACED: (),
    OrderStatus.CANCELLED: (OrderStatus.CANCELLED,),
    OrderStatus.PAID: (OrderStatus.PAID,),
    OrderStatus.IN_PRODUCTION: (OrderStatus.PAID, OrderStatus.IN_PRODUCTION),
    OrderStatus.SHIPPED: (OrderStatus.PAID, OrderStatus.IN_PRODUCTION, OrderStatus.SHIPPED),
    OrderStatus.DELIVERED: (
        OrderStatus.PAID, OrderStatus.IN_PRODUCTION, OrderStatus.SHIPPED, OrderStatus.DELIVERED,
    ),
    OrderStatus.REFUNDED: (OrderStatus.PAID, OrderStatus.IN_PRODUCTION, OrderStatus.REFUNDED),
}  # fmt: skip
# Least and most hours from the step before.
_HOURS = {
    OrderStatus.PAID: (0.02, 0.4),
    OrderStatus.CANCELLED: (0.5, 40.0),
    OrderStatus.IN_PRODUCTION: (2.0, 22.0),
    OrderStatus.SHIPPED: (18.0, 60.0),
    OrderStatus.DELIVERED: (30.0, 110.0),
    OrderStatus.REFUNDED: (10.0, 90.0),
}
ACTORS = {
    OrderStatus.PLACED: "customer",
    OrderStatus.CANCELLED: "customer",
    OrderStatus.PAID: "payment",
    OrderStatus.REFUNDED: "payment",
}
_NOTES = {
    OrderStatus.IN_PRODUCTION: ("", "", "Printed with the morning batch", "Second printer, the first is being cleaned"),
    OrderStatus.SHIPPED: ("", "Parcel handed to the post", "Sent together with another order", ""),
    OrderStatus.DELIVERED: ("", "", "Signed for by a neighbour"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the history; ``old`` is None for the first."""

    at: datetime
    old: OrderStatus | None
    new: OrderStatus
    note: str

    @property
    def actor(self) -> str:
        """Who took the step."""
        return ACTORS.get(self.new, "admin")


def choose_end(rng: random.Random, age: timedelta, index: int, count: int) -> OrderStatus:
    """Return the state that an order of that age is in. From seven orders on, every state occurs."""
    planned = {
        count - 1: OrderStatus.PLACED,
        count - 2: OrderStatus.PAID,
        count - 3: OrderStatus.IN_PRODUCTION,
        count - 4: OrderStatus.SHIPPED,
        0: OrderStatus.DELIVERED,
        1: OrderStatus.CANCELLED,
        2: OrderStatus.REFUNDED,
    }
    if index in planned:
        return planned[index]
    chance = rng.random()
    if chance < 0.07:
        return OrderStatus.CANCELLED
    if chance < 0.12 or age < timedelta(minutes=30):
        return OrderStatus.PLACED
    if chance < 0.17 and age > timedelta(days=4):
        return OrderStatus.REFUNDED
    days = age / timedelta(days=1) + rng.uniform(-0.4, 0.4)
    if days < 0.6:
        return OrderStatus.PAID
    if days < 2.5:
        return OrderStatus.IN_PRODUCTION
    return OrderStatus.SHIPPED if days < 6 else OrderStatus.DELIVERED


def steps_to(rng: random.Random, end: OrderStatus, placed_at: datetime, until: datetime) -> list[Step]:
    """Return the whole history of an order that is in state ``end``."""
    steps = [Step(placed_at, None, OrderStatus.PLACED, "")]
    for new in _WAY[end]:
        last = steps[-1]
        wait = timedelta(hours=rng.uniform(*_HOURS[new]))
        # A young order has had less time: its steps come closer together, and stay in order.
        at = last.at + min(wait, (until - last.at) / 2)
        steps.append(Step(at, last.new, new, rng.choice(_NOTES.get(new, ("",)))))
    return steps
