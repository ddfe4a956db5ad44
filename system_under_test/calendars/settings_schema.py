"""GraphQL types and mutation of a calendar's settings, and its marks."""

from enum import Enum
from typing import Any

import strawberry

from system_under_test.calendars import settings as service
from system_under_test.calendars.marks import Mark
from system_under_test.errors import bad_input


@strawberry.enum(name="WeekStart", description="The day that stands in the first column.")
class WeekStartChoice(Enum):
    """Week starts in the API."""

    MONDAY = "monday"
    SUNDAY = "sunday"
    SATURDAY = "saturday"


@strawberry.enum(name="HolidayNames", description="The language of holidays: LOCAL where the country has its own.")
class HolidayNamesChoice(Enum):
    """Languages of holiday names in the API."""

    ENGLISH = "english"
    LOCAL = "local"


@strawberry.enum(name="MarkKind", description="What a mark tells of.")
class MarkKindChoice(Enum):
    """Kinds of marks in the API."""

    HOLIDAY = "HOLIDAY"
    SEASON = "SEASON"
    MOON = "MOON"


@strawberry.type(name="CalendarSettings", description="How a calendar looks and what it shows by itself.")
class SettingsType:
    """Settings as the API shows them."""

    week_start: WeekStartChoice
    accent: str | None = strawberry.field(description="#rrggbb; null for the colour of the template.")
    holiday_country: str | None = strawberry.field(description="ISO 3166-1 alpha-2; null for no holidays.")
    holiday_region: str | None
    holiday_names: HolidayNamesChoice
    show_moon: bool
    show_seasons: bool
    time_zone: str = strawberry.field(description="Decides on which day the moon is full.")

    @classmethod
    def of(cls, data: service.CalendarSettings) -> "SettingsType":
        """Wrap settings."""
        return cls(
            week_start=WeekStartChoice(data.week_start),
            accent=data.accent,
            holiday_country=data.holiday_country,
            holiday_region=data.holiday_region,
            holiday_names=HolidayNamesChoice(data.holiday_names),
            show_moon=data.show_moon,
            show_seasons=data.show_seasons,
            time_zone=data.time_zone,
        )


@strawberry.type(name="Mark", description="What a calendar shows on a day by itself; computed, never stored.")
class MarkType:
    """A mark as the API shows it."""

    date: str = strawberry.field(description="The day, YYYY-MM-DD.")
    kind: MarkKindChoice
    text: str
    symbol: str = strawberry.field(description="One emoji, or the empty string.")
    time: str | None = strawberry.field(description="HH:MM in the calendar's time zone; null for a whole day.")

    @classmethod
    def of(cls, mark: Mark) -> "MarkType":
        """Wrap a mark."""
        return cls(
            date=mark.date.isoformat(),
            kind=MarkKindChoice(mark.kind),
            text=mark.text,
            symbol=mark.symbol,
            time=mark.time,
        )


@strawberry.input
class UpdateSettingsInput:
    """Changes of settings; what is left out stays as it is, and null resets accent, country and region."""

    week_start: WeekStartChoice | None = strawberry.UNSET
    accent: str | None = strawberry.UNSET
    holiday_country: str | None = strawberry.UNSET
    holiday_region: str | None = strawberry.UNSET
    holiday_names: HolidayNamesChoice | None = strawberry.UNSET
    show_moon: bool | None = strawberry.UNSET
    show_seasons: bool | None = strawberry.UNSET
    time_zone: str | None = strawberry.UNSET

    def changes(self) -> dict[str, Any]:
        """Return what was sent, by name of field; raises BAD_INPUT for a null where a value must be."""
        sent = {name: value for name, value in vars(self).items() if value is not strawberry.UNSET}
        for name, value in sent.items():
            if value is None and name not in _NULLABLE:
                raise bad_input(f"The setting {name.replace('_', ' ')} needs a value.")
        return {name: value.value if isinstance(value, Enum) else value for name, value in sent.items()}


_NULLABLE = frozenset({"accent", "holiday_country", "holiday_region"})
