"""What the shop sells."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProductSeed:
    """A product as it is written into the database. ``price_cents`` includes tax."""

    slug: str
    name: str
    description: str
    paper: str
    price_cents: int


SEEDS = (
    ProductSeed(
        "a4-wall",
        "A4 wall calendar",
        "Thirteen sheets of 200 g uncoated paper, 21 by 29.7 cm, with a wire binding and a hanger.",
        "a4",
        1990,
    ),
    ProductSeed(
        "a3-wall",
        "A3 wall calendar",
        "Thirteen sheets of 250 g uncoated paper, 29.7 by 42 cm: room for what a whole family writes.",
        "a3",
        2990,
    ),
    ProductSeed(
        "a4-gift",
        "A4 gift box",
        "The A4 wall calendar in a box of grey board with a ribbon and a card, and the PDF to keep.",
        "a4",
        3490,
    ),
)
