"""A regular expression that somebody writes into a scenario."""

from __future__ import annotations

import re


def is_pattern(text: str) -> str:
    """The text itself. Raises ValueError, a sentence, when it is no regular expression."""
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"'{text}' is no regular expression: {error}") from error
    return text
