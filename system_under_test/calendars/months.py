"""Calendar arithmetic: months as weeks of days, Monday first unless told otherwise."""

import calendar
from dataclasses import dataclass
from datetime import date

from system_under_test.calendars.appearance import WeekStart

MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True)
class Weekday:
    """One column of a month; ``number`` counts as ``date.weekday()`` does, Monday is 0."""

    number: int

    @property
    def name(self) -> str:
        """English name of the day."""
        return WEEKDAY_NAMES[self.number]

    @property
    def is_weekend(self) -> bool:
        """True for Saturday and Sunday."""
        return self.number >= SATURDAY

    @property
    def is_sunday(self) -> bool:
        """True for Sunday, whose number is printed in the accent colour."""
        return self.number == SUNDAY


def columns(week_start: str = WeekStart.MONDAY) -> tuple[Weekday, ...]:
    """Return the seven columns of a month in order; raises ValueError for an unknown ``week_start``."""
    first = WeekStart(week_start).weekday
    return tuple(Weekday((first + n) % 7) for n in range(7))


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


def month_of(year: int, number: int, week_start: str = WeekStart.MONDAY) -> Month:
    """Return month ``number`` (1 to 12) of ``year``; raises ``calendar.IllegalMonthError`` otherwise."""
    weeks = tuple(
        tuple(date(year, number, day) if day else None for day in week)
        for week in calendar.Calendar(WeekStart(week_start).weekday).monthdayscalendar(year, number)
    )
    return Month(year, number, weeks)


def months_of(year: int, week_start: str = WeekStart.MONDAY) -> list[Month]:
    """Return the twelve months of ``year``."""
    return [month_of(year, number, week_start) for number in range(1, 13)]
