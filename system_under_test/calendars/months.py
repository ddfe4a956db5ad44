"""Calendar arithmetic: months as weeks of days, Monday first."""

import calendar
from dataclasses import dataclass
from datetime import date

MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_MONDAY_FIRST = calendar.Calendar(firstweekday=calendar.MONDAY)


@dataclass(frozen=True)
class Month:
    """One month of a year; ``weeks`` hold seven places each, None where another month's day would be."""

    year: int
    number: int
    weeks: tuple[tuple[date | None, ...], ...]

    @property
    def name(self) -> str:
        """English name of the month."""
        return MONTH_NAMES[self.number - 1]


def month_of(year: int, number: int) -> Month:
    """Return month ``number`` (1 to 12) of ``year``; raises ``calendar.IllegalMonthError`` otherwise."""
    weeks = tuple(
        tuple(date(year, number, day) if day else None for day in week)
        for week in _MONDAY_FIRST.monthdayscalendar(year, number)
    )
    return Month(year, number, weeks)


def months_of(year: int) -> list[Month]:
    """Return the twelve months of ``year``."""
    return [month_of(year, number) for number in range(1, 13)]
