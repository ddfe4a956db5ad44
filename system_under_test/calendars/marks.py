"""Marks: what a calendar shows without the guest having written it. Computed, never stored."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from system_under_test.astronomy.service import SkyEvent, SkyKind, moon_phases, seasons
from system_under_test.calendars.settings import CalendarSettings, HolidayNames
from system_under_test.errors import ShopError
from system_under_test.holidays.service import holidays_of
from system_under_test.telemetry.logs import get_logger

log = get_logger(__name__)

SYMBOLS = {
    SkyKind.NEW_MOON: "🌑",
    SkyKind.FIRST_QUARTER: "🌓",
    SkyKind.FULL_MOON: "🌕",
    SkyKind.LAST_QUARTER: "🌗",
    SkyKind.MARCH_EQUINOX: "☀️",
    SkyKind.JUNE_SOLSTICE: "☀️",
    SkyKind.SEPTEMBER_EQUINOX: "☀️",
    SkyKind.DECEMBER_SOLSTICE: "☀️",
}


class MarkKind(StrEnum):
    """What a mark tells of; in this order on one day."""

    HOLIDAY = "HOLIDAY"
    SEASON = "SEASON"
    MOON = "MOON"


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark on a day; ``time`` is HH:MM in the calendar's time zone, None for a whole day."""

    date: date
    kind: MarkKind
    text: str
    symbol: str
    time: str | None = None


def marks_of(year: int, settings: CalendarSettings) -> list[Mark]:
    """Return the marks of a calendar in order of date. Everything slow in it is cached by its service.

    A place or time zone that was valid once and is gone from newer data gives no marks, and a line
    in the log: it must not take the guest's calendar away.
    """
    marks: list[Mark] = []
    for part in (_holidays, _seasons, _moon):
        try:
            marks += part(year, settings)
        except ShopError as error:
            log.warning("marks_left_out", part=part.__name__.strip("_"), reason=error.sentence)
    # Sorting keeps the order of the kinds within a day.
    return sorted(marks, key=lambda mark: mark.date)


def _holidays(year: int, settings: CalendarSettings) -> Iterator[Mark]:
    if settings.holiday_country is None:
        return
    local = settings.holiday_names == HolidayNames.LOCAL
    for holiday in holidays_of(settings.holiday_country, settings.holiday_region, year):
        name = holiday.local_name if local and holiday.local_name else holiday.name
        yield Mark(holiday.date, MarkKind.HOLIDAY, name, "")


def _seasons(year: int, settings: CalendarSettings) -> Iterator[Mark]:
    if settings.show_seasons:
        yield from (_sky_mark(MarkKind.SEASON, event) for event in seasons(year, settings.time_zone))


def _moon(year: int, settings: CalendarSettings) -> Iterator[Mark]:
    if settings.show_moon:
        yield from (_sky_mark(MarkKind.MOON, event) for event in moon_phases(year, settings.time_zone))


def _sky_mark(kind: MarkKind, event: SkyEvent) -> Mark:
    return Mark(event.date, kind, event.kind.value, SYMBOLS[event.kind], event.at.strftime("%H:%M"))
