"""Figures: those that are typed, and those that a served page shows."""

from __future__ import annotations

import pytest

from suites.docs.figures import read_shown, shown_blocks, typed_figures
from suites.docs.guides import parse_guide
from tests.suites.docs.samples import FILE, GUIDE


@pytest.mark.parametrize(
    "text",
    [
        "It costs €19.90.", "It costs 19,90 €.", "19 % of VAT", "within 14 days", "within fourteen days", "7-day links",
        "up to 200 characters", "for 3 working days", "five copies", "10 MB", "ten years", "after two weeks", "12 EUR",
        "{{ a }} and 3 days",
    ],
)  # fmt: skip
def test_a_typed_figure_is_found_with_its_line(text: str) -> None:
    (found,) = typed_figures(parse_guide(FILE, f"\nWords before,\n{text}\n"))
    assert found.startswith(f"{FILE}:3: ")
    assert "typed by hand" in found


@pytest.mark.parametrize(
    "text",
    [
        "It costs {{ prices.a }}.", "{{ days.x }} days", "Grandma turns 80", "twelve months", "seven days a week",
        "6 January", "article 6 (1)", "[14 days]{.typed because=\"the law\"}", "4242 4242 4242 4242", "one of them",
    ],
)  # fmt: skip
def test_what_is_no_typed_figure(text: str) -> None:
    assert typed_figures(parse_guide(FILE, text)) == []


def test_a_typed_figure_needs_a_reason() -> None:
    (found,) = typed_figures(parse_guide(FILE, "[14 days]{.typed}"))
    assert "without a reason" in found


SERVED = [
    "Guide", "Press Begin or read All designs. It costs €5, or €9 for two.", "Press Begin.",
    "Type into Title, choose Colour.", "Read Done; look at Next.", "A part", "Some more words, and a link.", "Price",
    "€5", "Next", "Press Next.",
]  # fmt: skip


def test_what_is_shown_for_each_token() -> None:
    values = read_shown(shown_blocks(parse_guide(FILE, GUIDE)), SERVED)
    assert {block.where: (block.tokens, shown) for block, shown in values if block.tokens} == {
        f"{FILE}:7": (("prices.one", "prices.two"), ("€5", "€9")),
        f"{FILE}:22": (("prices.one",), ("€5",)),  # a cell that is nothing but a token
    }


def test_a_text_that_is_not_served_is_none_and_does_not_upset_the_others() -> None:
    values = read_shown(shown_blocks(parse_guide(FILE, GUIDE)), [text for text in SERVED if "It costs" not in text])
    told = [(block.tokens, shown) for block, shown in values if block.tokens]
    assert told == [(("prices.one", "prices.two"), None), (("prices.one",), ("€5",))]


def test_a_guide_without_figures_has_nothing_to_show() -> None:
    assert shown_blocks(parse_guide(FILE, "Just words.")) == []
