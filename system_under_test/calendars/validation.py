"""Rules for what a guest may write into a calendar. All functions raise ShopError BAD_INPUT."""

import uuid
from datetime import date

from system_under_test.calendars import limits
from system_under_test.calendars.emoji import is_emoji
from system_under_test.errors import bad_input, not_found
from system_under_test.text import clean_line


def clean_title(value: str) -> str:
    """Return the trimmed calendar title."""
    return clean_line(value, limits.TITLE_LENGTH, "title")


def clean_text(value: str) -> str:
    """Return the trimmed event text."""
    return clean_line(value, limits.TEXT_LENGTH, "event text")


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
