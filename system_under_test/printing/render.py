"""Typesetting with typst: data in, PDF out. The guest's text is data, never source."""

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

SOURCE = Path(__file__).parent / "typesetting" / "calendar.typ"
EMOJI_FONTS = ("Noto Color Emoji", "Apple Color Emoji", "Segoe UI Emoji", "Twitter Color Emoji")


class RenderError(Exception):
    """The document could not be typeset; the cause is chained."""


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts()


@cache
def emoji_font() -> str | None:
    """Return the emoji font of this machine, or None."""
    families = set(_fonts().families())
    return next((name for name in EMOJI_FONTS if name in families), None)


def render_pdf(
    document: dict[str, Any],
    cover_svg: str,
    made_at: datetime | None = None,
    *,
    paper: str = "a4",
    emoji: str | None = "",
) -> bytes:
    """Return the PDF (title page and twelve months) of a document from ``build_document``.

    ``paper`` is "a4" or "a3"; the same arguments give the same bytes. ``emoji`` is the font for emoji; None
    leaves emoji out rather than printing empty boxes; the default is what the machine has. Raises RenderError.
    """
    font = emoji_font() if emoji == "" else emoji
    data = json.dumps({**document, "emoji_font": font, "sheet": paper}, ensure_ascii=False)
    try:
        pdf = typst.compile(
            input=str(SOURCE),
            root=str(SOURCE.parent),
            font_paths=_fonts(),
            sys_inputs={"data": data, "cover": cover_svg},
            timestamp=(made_at or datetime.now(UTC)).replace(microsecond=0),
        )
    except RuntimeError as error:
        raise RenderError("the calendar could not be typeset") from error
    if not isinstance(pdf, bytes):
        raise RenderError("the typesetter returned no PDF")
    return pdf
