"""The feature flags that the shop knows. Each is honoured somewhere: one that switches nothing does not belong here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flag:
    """A switch. ``refusal`` is what customers read while it is off: what happened and the next step."""

    name: str
    default: bool
    description: str
    refusal: str


DECLARED: dict[str, Flag] = {
    flag.name: flag
    for flag in (
        Flag(
            "checkout",
            True,
            "Customers can place orders and pay for them.",
            "We take no orders at the moment. Your cart is kept; please come back a little later.",
        ),
        Flag(
            "guest_orders",
            True,
            "People can order without an account.",
            "Please sign in to order. Your cart comes with you.",
        ),
        Flag(
            "pdf_preview",
            True,
            "People can make a PDF of a calendar that they have not ordered.",
            "PDFs without an order are paused for a while. Your calendar is safe; please try again later.",
        ),
    )
}
