"""Rules for what a guest may write into a calendar. All functions raise ShopError BAD_INPUT."""

import unicodedata
import uuid
from datetime import date

from system_under_test.calendars import limits
from system_under_test.calendars.emoji import is_emoji
from system_under_test.errors import bad_input, not_found

# Cc control, Cs lone surrogate, Zl and Zp line and paragraph separator, Cn noncharacters.
_REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
# Explicit text-direction controls can make a line read differently from what is stored.
_DIRECTION_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _has_refused_character(value: str) -> bool:
    return any(c in _DIRECTION_CONTROLS or unicodedata.category(c) in _REFUSED_CATEGORIES for c in value)


def _is_visible(value: str) -> bool:
    return any(unicodedata.category(c)[0] not in "CZ" for c in value)


def _clean_line(value: str, longest: int, what: str) -> str:
    line = unicodedata.normalize("NFC", value).strip()
    if _has_refused_character(line):
        raise bad_input(f"The {what} contains characters that cannot be printed.")
    if not _is_visible(line):
        raise bad_input(f"The {what} must not be empty.")
    if len(line) > longest:
        raise bad_input(f"The {what} may have at most {longest} characters; this one has {len(line)}.")
    return line


def clean_title(value: str) -> str:
    """Return the trimmed calendar title."""
    return _clean_line(value, limits.TITLE_LENGTH, "title")


def clean_text(value: str) -> str:
    """Return the trimmed event text."""
    return _clean_line(value, limits.TEXT_LENGTH, "event text")


def clean_emoji(value: str) -> str:
    """Return the trimmed emoji; the empty string means none."""
    emoji = value.strip()
    if len(emoji) > limits.EMOJI_CODE_POINTS:
        raise bad_input("The emoji field has room for a few emoji only.")
    if emoji and not is_emoji(emoji):
        raise bad_input("The emoji field takes emoji only; write words into the event text.")
    return emoji


def clean_year(value: int) -> int:
    """Return ``value`` when a calendar can be made for that year."""
    if not limits.FIRST_YEAR <= value <= limits.LAST_YEAR:
        raise bad_input(f"The year must lie between {limits.FIRST_YEAR} and {limits.LAST_YEAR}.")
    return value


def parse_date(value: str, year: int) -> date:
    """Read ``YYYY-MM-DD``; the day must lie in the calendar's ``year``."""
    try:
        day = date.fromisoformat(value) if len(value) == 10 and value.isascii() else None
    except ValueError:
        day = None
    # fromisoformat also knows week dates (2027-W01-1), which no date field ever sends.
    if day is None or day.isoformat() != value:
        raise bad_input("The date must be a real day, written as YYYY-MM-DD.")
    if day.year != year:
        raise bad_input(f"The date must lie in {year}, the year of this calendar.")
    return day


def parse_id(value: str, what: str) -> uuid.UUID:
    """Read an id; anything that is no id cannot exist, hence NOT_FOUND."""
    try:
        return uuid.UUID(value)
    except ValueError:
        raise not_found(what) from None
