"""Settings of a calendar: how it looks, which holidays it shows, what it tells of the sky."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from system_under_test.astronomy.service import UTC_NAME, clean_time_zone
from system_under_test.calendars.appearance import WeekStart, clean_accent
from system_under_test.calendars.tables import Calendar
from system_under_test.holidays.service import check_place


class HolidayNames(StrEnum):
    """The language in which holidays are named."""

    ENGLISH = "english"
    LOCAL = "local"


@dataclass(frozen=True, slots=True)
class CalendarSettings:
    """All settings of one calendar, with the defaults of a new one.

    ``accent`` None means the template's; without ``holiday_country`` there are no holidays;
    ``time_zone`` decides on which day the moon is full.
    """

    week_start: str = WeekStart.MONDAY
    accent: str | None = None
    holiday_country: str | None = None
    holiday_region: str | None = None
    holiday_names: str = HolidayNames.ENGLISH
    show_moon: bool = False
    show_seasons: bool = False
    time_zone: str = UTC_NAME


DEFAULTS = CalendarSettings()

# In the order of the fields above, so that a row's values make the object.
SETTINGS_COLUMNS = (
    Calendar.week_start, Calendar.accent, Calendar.holiday_country, Calendar.holiday_region,
    Calendar.holiday_names, Calendar.show_moon, Calendar.show_seasons, Calendar.time_zone,
)  # fmt: skip


def settings_of(calendar: Calendar) -> CalendarSettings:
    """Return the settings of a row that was read whole."""
    return CalendarSettings(*(getattr(calendar, column.key) for column in SETTINGS_COLUMNS))


def merge(old: CalendarSettings, changes: Mapping[str, Any]) -> CalendarSettings:
    """Return ``old`` with ``changes`` (by name of field), checked; raises BAD_INPUT.

    Another country takes the old region away, unless a new one comes with it.
    """
    values = dict(changes)
    if "accent" in values:
        values["accent"] = clean_accent(values["accent"])
    if "time_zone" in values:
        values["time_zone"] = clean_time_zone(values["time_zone"])
    if values.get("holiday_country", old.holiday_country) != old.holiday_country:
        values.setdefault("holiday_region", None)
    new = replace(old, **values)
    if {"holiday_country", "holiday_region"} & values.keys():
        check_place(new.holiday_country, new.holiday_region)
    return new
