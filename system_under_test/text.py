"""Lines of text that people write: trimmed, normalised, free of what cannot be printed."""

import unicodedata

from system_under_test.errors import bad_input

# Cc control, Cs lone surrogate, Zl and Zp line and paragraph separator, Cn noncharacters.
_REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
# Explicit text-direction controls can make a line read differently from what is stored.
_DIRECTION_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _has_refused_character(value: str) -> bool:
    return any(c in _DIRECTION_CONTROLS or unicodedata.category(c) in _REFUSED_CATEGORIES for c in value)


def _is_visible(value: str) -> bool:
    return any(unicodedata.category(c)[0] not in "CZ" for c in value)


def clean_line(value: str, longest: int, what: str, *, required: bool = True) -> str:
    """Return ``value`` trimmed and in NFC, at most ``longest`` characters; raises BAD_INPUT.

    Without ``required``, a line of which nothing would be seen is the empty string.
    """
    line = unicodedata.normalize("NFC", value).strip()
    if _has_refused_character(line):
        raise bad_input(f"The {what} contains characters that cannot be printed.")
    if not _is_visible(line):
        if not required:
            return ""
        raise bad_input(f"The {what} must not be empty.")
    if len(line) > longest:
        raise bad_input(f"The {what} may have at most {longest} characters; this one has {len(line)}.")
    return line
