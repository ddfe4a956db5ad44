"""Figures in guides: those typed by hand, and what a served page shows for a `{{ token }}`. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import Field

from harness.model.base import Frozen
from suites.docs.guides import Guide
from suites.docs.markdown import Block, tokens_in, without_tokens

_WORDS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|twenty|thirty|forty|fifty|"
    "sixty|ninety|hundred|thousand"
)
_UNITS = (
    "cents?|euros?|dollars?|pounds?|percent|per cent|seconds?|minutes?|hours?|days?|working days|business days|weeks?|"
    "months?|years?|characters?|letters|words|signs|copies|pixels|pages|languages|countries|regions|events|entries|"
    "calendars|colou?rs|designs|templates|items|[kmg]i?b|kilobytes?|megabytes?"
)
_NUMBER = r"\d(?:[\d.,\u2009\u00a0]*\d)?"
# `twelve months` and `seven days` are what a year and a week have; nobody will change them in the shop.
_FIGURE = re.compile(
    rf"[€$£]\s?{_NUMBER}|{_NUMBER}\s?(?:€|%|‰|EUR\b|USD\b|GBP\b)|"
    rf"\b{_NUMBER}[\s-](?:{_UNITS})\b|"
    rf"\b(?!twelve[\s-]months\b|seven[\s-]days\b)(?:{_WORDS})[\s-](?:{_UNITS})\b",
    re.IGNORECASE,
)


def typed_figures(guide: Guide) -> list[str]:
    """A sentence with file and line for every figure that is typed, and for every `{.typed}` without a reason."""
    found = []
    for block in guide.blocks:
        for one in _FIGURE.finditer(without_tokens(block.prose)):
            place = guide.where(block.line_of(one[0]))
            found.append(
                f"{place}: “{one[0]}” is typed by hand; write a {{{{ token }}}}, or mark it {{.typed because=…}}"
            )
        found += [
            f"{guide.where(span.line)}: “{span.text}” is marked typed without a reason"
            for span in block.typed
            if not span.attributes.get("because", "").strip()
        ]
    return found


class Shown(Frozen):
    """A block of a guide, and how it is recognised on the served page."""

    where: str
    tokens: tuple[str, ...] = Field(description="in order; most blocks have none and show where the others are")
    pattern: str = Field(description="of the whole block as served; a group for each token")


def shown_blocks(guide: Guide) -> list[Shown]:
    """Every block with text, in order; nothing when no block shows a figure of the shop."""
    blocks = [
        Shown(where=guide.where(block.line_of("{{")), tokens=tuple(tokens_in(block.text)), pattern=_pattern(block))
        for block in guide.blocks
        if block.text
    ]
    return blocks if any(block.tokens for block in blocks) else []


def _pattern(block: Block) -> str:
    return "(.+?)".join(re.escape(piece) for piece in re.split(r"\{\{.*?\}\}", block.text))


def read_shown(blocks: Sequence[Shown], served: Sequence[str]) -> list[tuple[Shown, tuple[str, ...] | None]]:
    """What the served page shows for the tokens of each block; None when the block is not there.

    The order tells blocks apart: a cell of a table that is nothing but a token would be like any text.
    """
    found: list[tuple[Shown, tuple[str, ...] | None]] = []
    at = 0
    for block in blocks:
        matches = ((n, re.fullmatch(block.pattern, served[n])) for n in range(at, len(served)))
        number, match = next(((n, one) for n, one in matches if one), (at - 1, None))
        at = number + 1
        found.append((block, tuple(value.strip() for value in match.groups()) if match else None))
    return found
