"""Rules for what people of the shop send. All functions raise ShopError BAD_INPUT."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from system_under_test.errors import bad_input

PAGE_CAP = 100
SEARCH_LENGTH = 120
NOTE_LENGTH = 500
LONGEST_SPAN_DAYS = 366
FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days in UTC, both ends included."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        """The first moment."""
        return datetime.combine(self.first, time.min, UTC)

    @property
    def end(self) -> datetime:
        """The first moment afterwards."""
        return datetime.combine(self.last + timedelta(days=1), time.min, UTC)

    @property
    def days(self) -> list[date]:
        """Every day, in order."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


def page_size(first: int) -> int:
    """Return how many entries a page has: ``first``, at most PAGE_CAP."""
    if first < 1:
        raise bad_input("A page must have at least one entry.")
    return min(first, PAGE_CAP)


def parse_day(value: str) -> date:
    """Read ``YYYY-MM-DD`` between FIRST_DAY and LAST_DAY."""
    try:
        day = date.fromisoformat(value) if len(value) == 10 and value.isascii() else None
    except ValueError:
        day = None
    # fromisoformat also knows week dates (2027-W01-1), which no date field ever sends.
    if day is None or day.isoformat() != value or not FIRST_DAY <= day <= LAST_DAY:
        raise bad_input("A date must be a real day, written as YYYY-MM-DD.")
    return day


def parse_span(first: str, last: str) -> Span:
    """Read a range of at most LONGEST_SPAN_DAYS days."""
    span = Span(parse_day(first), parse_day(last))
    if span.first > span.last:
        raise bad_input("The first day must not come after the last.")
    if (span.last - span.first).days >= LONGEST_SPAN_DAYS:
        raise bad_input(f"Please choose at most {LONGEST_SPAN_DAYS} days.")
    return span
