"""Marks of a guide's picture are where they are to be, and never outside."""

from __future__ import annotations

import io

from PIL import Image, ImageChops

from suites.browsing.pictures import INK, Box, annotate

SMOOTH = 4  # pixels over which an edge fades


def blank(width: int = 300, height: int = 200) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(held, "png")
    return held.getvalue()


def painted(picture: Image.Image) -> tuple[int, int, int, int]:
    box = ImageChops.difference(picture, Image.new("RGB", picture.size, "white")).getbbox()
    assert box is not None
    return box


def test_a_frame_goes_round_the_mark_and_leaves_it_free() -> None:
    picture = annotate(blank(), [Box(100, 80, 60, 30)])
    left, top, right, bottom = painted(picture)
    assert 165 <= right <= 165 + SMOOTH
    assert 115 <= bottom <= 115 + SMOOTH
    assert 78 <= left <= 85  # the disc with the number hangs over the corner
    assert 58 <= top <= 65
    assert picture.getpixel((130, 95)) == (255, 255, 255)
    edge = picture.getpixel((130, 113))
    assert isinstance(edge, tuple)
    assert max(abs(a - b) for a, b in zip(edge, INK, strict=True)) < 25


def test_a_mark_at_the_edge_keeps_its_number_inside() -> None:
    picture = annotate(blank(), [Box(0, 0, 50, 20), Box(290, 190, 30, 30)])
    for x, y in ((14, 14), (284, 184)):
        near = picture.crop((x - 13, y - 13, x + 13, y + 13))
        inked = sum(one != (255, 255, 255) for one in near.get_flattened_data())
        assert inked > 400


def test_scale_moves_marks_with_the_picture() -> None:
    right = painted(annotate(blank(600, 400), [Box(100, 80, 60, 30)], scale=2.0))[2]
    assert 330 <= right <= 330 + SMOOTH


def test_without_marks_the_picture_stays_as_it_is() -> None:
    assert ImageChops.difference(annotate(blank(), []), Image.open(io.BytesIO(blank()))).getbbox() is None
