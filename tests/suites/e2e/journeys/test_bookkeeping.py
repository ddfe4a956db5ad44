"""By what the analytics moved: exact while others order, and loud when the page says something else."""

from __future__ import annotations

import pytest

from suites.e2e.bookkeeping import Figures, figures_of, moved_by, read_both
from suites.e2e.ledger import Book, Entry

PAID, UNPAID, BACK = Entry(True, True, 2480, 0), Entry(True, False, 0, 0), Entry(True, True, 3480, 480)
OLD: Book = {"a": PAID, "b": UNPAID}


def test_figures_follow_from_orders() -> None:
    assert figures_of({"a": PAID, "b": UNPAID, "c": BACK}) == Figures(3, 2, 2480 + 3000, 480)
    assert figures_of({"d": Entry(False, True, 2480, 0)}) == Figures(0, 1, 2480, 0)


def test_what_others_order_meanwhile_is_taken_away() -> None:
    new: Book = {"a": BACK, "b": PAID, "mine": PAID, "c": BACK}
    assert moved_by("mine", (OLD, figures_of(OLD)), (new, figures_of(new))) == Figures(1, 1, 2480, 0)


@pytest.mark.parametrize("more", [Figures(1, 0, 0, 0), Figures(0, -1, 0, 0), Figures(0, 0, 1, 0), Figures(0, 0, 0, 5)])
def test_a_page_that_says_something_else(more: Figures) -> None:
    wrong = figures_of(OLD) - more
    with pytest.raises(AssertionError, match="expected the analytics to say"):
        read_both(lambda: OLD, lambda: wrong)
    new: Book = {**OLD, "mine": PAID}
    moved = moved_by("mine", (OLD, figures_of(OLD)), (new, figures_of(new) - more))
    assert moved != Figures(1, 1, 2480, 0)


def test_a_page_is_judged_only_while_the_orders_stand_still() -> None:
    new: Book = {**OLD, "c": PAID}
    books = iter([OLD, new, new, new])
    assert read_both(lambda: next(books), lambda: figures_of(new)) == (new, figures_of(new))


def test_orders_that_never_stand_still_say_nothing() -> None:
    number = iter(range(1000))
    with pytest.raises(RuntimeError, match="did not stand still"):
        read_both(lambda: {str(next(number)): PAID}, lambda: figures_of(OLD))
