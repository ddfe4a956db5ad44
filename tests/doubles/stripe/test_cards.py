"""What may be typed into the card fields."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from system_under_test.doubles.stripe.cards import TEST_CARDS, passes_luhn, read_card
from system_under_test.doubles.stripe.values import format_amount

FORM = {"card_number": "4242424242424242", "expiry": "11/26", "cvc": "123"}


@given(st.integers(10**13, 10**18), st.integers(0, 17), st.integers(1, 9))
def test_a_single_wrong_digit_is_found(payload: int, place: int, shift: int) -> None:
    body = str(payload)
    (check,) = [digit for digit in "0123456789" if passes_luhn(body + digit)]
    number = body + check
    place %= len(number)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert passes_luhn(number)
    assert not passes_luhn(wrong)


def test_every_test_card_has_its_check_digit() -> None:
    assert all(passes_luhn(number) for number in TEST_CARDS)


@given(st.dictionaries(st.sampled_from(["card_number", "expiry", "cvc"]), st.text(max_size=25)))
def test_anything_typed_gives_a_card_or_messages(form: dict[str, str]) -> None:
    card, errors = read_card(form, (2026, 11))
    assert (card is None) == bool(errors)


@pytest.mark.parametrize(
    ("expiry", "good"),
    [("11/26", True), ("11 / 2026", True), ("1126", True), ("10/26", False), ("12/25", False), ("11/99", False)],
)
def test_a_card_is_good_to_the_end_of_its_month(expiry: str, good: bool) -> None:
    card, _ = read_card({**FORM, "expiry": expiry}, (2026, 11))
    assert (card is not None) == good
    assert card is None or (card.exp_month, card.exp_year) == (11, 2026)


def test_the_code_of_american_express_has_four_digits() -> None:
    amex = {**FORM, "card_number": "3782 822463 10005"}
    assert read_card(amex, (2026, 11))[0] is None
    assert read_card({**amex, "cvc": "1234"}, (2026, 11))[0] is not None


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [(5, "usd", "$0.05"), (123456, "eur", "€1,234.56"), (1500, "jpy", "¥1,500"), (990, "chf", "9.90 CHF")],
)
def test_amounts_are_written_for_people(amount: int, currency: str, text: str) -> None:
    assert format_amount(amount, currency) == text
