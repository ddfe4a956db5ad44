"""Pictures for guides: a part of a page, with numbered marks on what the text speaks of."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

INK = (178, 80, 47)  # the shop's brick red, which stands out from its paper
_LINE, _RADIUS, _MARGIN = 3, 13, 5  # CSS pixels
_SMOOTH = 3


@dataclass(frozen=True)
class Box:
    """A rectangle in CSS pixels of the page."""

    x: float
    y: float
    width: float
    height: float


def annotate(png: bytes, marks: Sequence[Box], scale: float = 1.0) -> Image.Image:
    """Draws a frame with its number (from 1) round each mark.

    Args:
        marks: relative to the picture's upper left corner.
        scale: pixels of the picture per CSS pixel.
    """
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    # drawn larger and shrunk: Pillow's lines and discs have hard edges
    big = _SMOOTH * scale
    sheet = Image.new("RGBA", (picture.width * _SMOOTH, picture.height * _SMOOTH), (*INK, 0))
    draw = ImageDraw.Draw(sheet)
    line, radius, margin = (round(size * big) for size in (_LINE, _RADIUS, _MARGIN))
    font = ImageFont.load_default(size=radius * 1.35)
    for number, mark in enumerate(marks, start=1):
        left, top = mark.x * big - margin, mark.y * big - margin
        right, bottom = (mark.x + mark.width) * big + margin, (mark.y + mark.height) * big + margin
        draw.rounded_rectangle((left, top, right, bottom), radius=margin * 2, outline=INK, width=line)
        # the number sits on the frame's corner, and never outside the picture
        x, y = (
            max(radius + 1, min(sheet.width - radius - 2, left)),
            max(radius + 1, min(sheet.height - radius - 2, top)),
        )
        disc = (x - radius, y - radius, x + radius, y + radius)
        draw.ellipse(disc, fill=INK, outline="white", width=line // 2)
        draw.text((x, y), str(number), fill="white", font=font, anchor="mm")
    small = sheet.resize(picture.size, Image.Resampling.LANCZOS)
    picture.paste(small, (0, 0), small)
    return picture
