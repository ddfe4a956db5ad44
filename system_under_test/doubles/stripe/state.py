"""What the double remembers: the objects of the API, in memory, in the order in which they were made."""

from dataclasses import dataclass, field

from system_under_test.doubles.stripe.cards import Card
from system_under_test.doubles.stripe.values import Obj


@dataclass
class Attempt:
    """A payment that waits for the customer's 3-D Secure confirmation."""

    card: Card
    customer: Obj
    shipping: Obj | None


@dataclass
class Checkout:
    """A Checkout Session with what the API does not show in it."""

    session: Obj
    items: list[Obj]
    intent_data: Obj
    page_url: str
    waiting: Attempt | None = None


@dataclass
class State:
    """All objects by id."""

    checkouts: dict[str, Checkout] = field(default_factory=dict)
    intents: dict[str, Obj] = field(default_factory=dict)
    charges: dict[str, Obj] = field(default_factory=dict)
    refunds: dict[str, Obj] = field(default_factory=dict)
    events: dict[str, Obj] = field(default_factory=dict)
    # Object id → the session that it belongs to: the group in which events keep their order.
    groups: dict[str, str] = field(default_factory=dict)
