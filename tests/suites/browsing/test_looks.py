"""What counts as a visible difference, and what does not."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from suites.browsing.looks import CELL, VISIBLE, difference, differing_cells, shown


def page(size: tuple[int, int] = (160, 80), colour: tuple[int, int, int] = (250, 250, 245)) -> Image.Image:
    return Image.new("RGB", size, colour)


def with_box(at: tuple[int, int, int, int]) -> Image.Image:
    picture = page()
    ImageDraw.Draw(picture).rectangle(at, fill=(20, 20, 20))
    return picture


def test_the_same_picture_does_not_differ() -> None:
    assert difference(with_box((8, 8, 23, 15)), with_box((8, 8, 23, 15))) == 0.0


def test_what_moved_differs_where_it_was_and_where_it_is() -> None:
    cells = differing_cells(with_box((8, 8, 23, 15)), with_box((8, 40, 23, 47)))
    assert {(row, column) for row, column in zip(*cells.nonzero(), strict=True)} == {(1, 1), (1, 2), (5, 1), (5, 2)}
    assert difference(with_box((8, 8, 23, 15)), with_box((8, 40, 23, 47))) == pytest.approx(4 / (20 * 10))


def test_a_hair_of_a_letter_does_not_differ_and_a_letter_does() -> None:
    hair, letter = with_box((10, 10, 10, 11)), with_box((10, 10, 13, 15))
    assert difference(page(), hair) == 0.0
    assert difference(page(), letter) == pytest.approx(1 / (20 * 10))


@pytest.mark.parametrize(("step", "differs"), [(VISIBLE, 0.0), (VISIBLE + 1, 1.0)])
def test_a_colour_differs_from_a_certain_step_on(step: int, differs: float) -> None:
    assert difference(page(colour=(100, 100, 100)), page(colour=(100, 100 + step, 100))) == differs


def test_a_longer_page_differs_where_there_was_nothing() -> None:
    assert difference(page((160, 80)), page((160, 160))) == pytest.approx(0.5)
    assert difference(page((160, 160)), page((160, 80))) == pytest.approx(0.5)
    assert difference(page((160, 80)), page((320, 80))) == pytest.approx(0.5)


def test_the_picture_for_people_frames_what_differs() -> None:
    before, after = page(), with_box((8, 8, 23, 15))
    told = shown(before, after)
    assert told.size == (160, 80)
    red, green, _ = told.getpixel((12, 12))  # type: ignore[misc]
    assert red > green + 30
    red, green, _ = told.getpixel((100, 60))  # type: ignore[misc]
    assert abs(red - green) < CELL
