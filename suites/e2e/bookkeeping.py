"""What the analytics must say, worked out from the orders themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from suites.e2e.ledger import Book

LOOKS = 25  # at most; others order something every few seconds, a look takes less than one


@dataclass(frozen=True)
class Figures:
    """What the analytics say of some days; amounts in cents. Revenue is what was paid, less what was given back."""

    orders: int
    paid_orders: int
    revenue_cents: int
    refunded_cents: int

    def __sub__(self, other: Figures) -> Figures:
        """How far the figures have moved since `other`."""
        return Figures(
            self.orders - other.orders, self.paid_orders - other.paid_orders,
            self.revenue_cents - other.revenue_cents, self.refunded_cents - other.refunded_cents,
        )  # fmt: skip


def figures_of(book: Book) -> Figures:
    """The figures that follow from orders."""
    entries = book.values()
    refunded = sum(one.refunded_cents for one in entries)
    return Figures(
        orders=sum(one.placed for one in entries),
        paid_orders=sum(one.paid for one in entries),
        revenue_cents=sum(one.gross_cents for one in entries) - refunded,
        refunded_cents=refunded,
    )


def read_both(read_book: Callable[[], Book], read_page: Callable[[], Figures]) -> tuple[Book, Figures]:
    """The orders and what the page says of them, both of one moment.

    The book is read before and after the page. Orders are only ever added, paid and refunded, none of which is undone:
    two equal books mean that there was no other in between, and the page must say what follows from it. Raises
    AssertionError when it does not, RuntimeError when the orders never stood still.
    """
    for _ in range(LOOKS):
        book, said = read_book(), read_page()
        if read_book() == book:
            if said != figures_of(book):
                raise AssertionError(f"expected the analytics to say {figures_of(book)}, as the orders do, got {said}")
            return book, said
    raise RuntimeError(f"the orders did not stand still for one of {LOOKS} looks at the analytics")


def moved_by(order_id: str, before: tuple[Book, Figures], after: tuple[Book, Figures]) -> Figures:
    """How far the page's figures moved for one order alone.

    Others order meanwhile. They are known by their ids, so what they moved is known and taken away.
    """
    others = {key: entry for key, entry in after[0].items() if key != order_id}
    return after[1] - before[1] - (figures_of(others) - figures_of(before[0]))
