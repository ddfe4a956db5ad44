"""Moon phases, equinoxes and solstices of a year, computed with ``ephem``: pure functions, no downloads.

Times are true to about half a minute and given to the full minute, rounded.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from system_under_test.errors import bad_input

UTC_NAME = "UTC"
# The same name means the same in every release of the time-zone data; the old ones only clutter a list.
_CONTINENTS = (
    "Africa/", "America/", "Antarctica/", "Arctic/", "Asia/",
    "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/",
)  # fmt: skip
# A year has about 54 instants; 2048 lists of them are below 30 MB.
CACHED_YEARS = 2048
# ephem looks for equinoxes and phases with one Sun and one Moon that all threads share.
_computing = threading.Lock()


class SkyKind(StrEnum):
    """What happens in the sky."""

    NEW_MOON = "New moon"
    FIRST_QUARTER = "First quarter"
    FULL_MOON = "Full moon"
    LAST_QUARTER = "Last quarter"
    MARCH_EQUINOX = "March equinox"
    JUNE_SOLSTICE = "June solstice"
    SEPTEMBER_EQUINOX = "September equinox"
    DECEMBER_SOLSTICE = "December solstice"


MOON_PHASES = (SkyKind.NEW_MOON, SkyKind.FIRST_QUARTER, SkyKind.FULL_MOON, SkyKind.LAST_QUARTER)
SEASONS = (SkyKind.MARCH_EQUINOX, SkyKind.JUNE_SOLSTICE, SkyKind.SEPTEMBER_EQUINOX, SkyKind.DECEMBER_SOLSTICE)


@dataclass(frozen=True, slots=True)
class SkyEvent:
    """One instant: ``at`` is local time in the zone that was asked for, to the full minute."""

    kind: SkyKind
    at: datetime

    @property
    def date(self) -> date:
        """The local day."""
        return self.at.date()


@cache
def time_zones() -> tuple[str, ...]:
    """Return the names of the time zones to choose from: UTC first, then by continent and city."""
    return (UTC_NAME, *sorted(name for name in available_timezones() if name.startswith(_CONTINENTS)))


def clean_time_zone(name: str) -> str:
    """Return ``name`` when it is one of :func:`time_zones`; raises BAD_INPUT."""
    if name not in time_zones():
        raise bad_input("We do not know that time zone.")
    return name


def moon_phases(year: int, time_zone: str) -> tuple[SkyEvent, ...]:
    """Return the four phases of the moon that fall into ``year`` in the zone, in order of time."""
    return tuple(event for event in sky_of(year, time_zone) if event.kind in MOON_PHASES)


def seasons(year: int, time_zone: str) -> tuple[SkyEvent, ...]:
    """Return both equinoxes and both solstices of ``year``, in order of time."""
    return tuple(event for event in sky_of(year, time_zone) if event.kind in SEASONS)


@lru_cache(maxsize=CACHED_YEARS)
def sky_of(year: int, time_zone: str) -> tuple[SkyEvent, ...]:
    """Return everything of ``year`` (1900 to 2200) in a zone; raises BAD_INPUT for an unknown zone."""
    zone = UTC if clean_time_zone(time_zone) == UTC_NAME else ZoneInfo(time_zone)
    with _computing:
        instants = _instants(year)
    local = (SkyEvent(kind, at.astimezone(zone)) for kind, at in instants)
    return tuple(event for event in local if event.at.year == year)


@lru_cache(maxsize=256)
def _instants(year: int) -> tuple[tuple[SkyKind, datetime], ...]:
    """Return the instants in UTC, in order, from two days before the year to two days after it."""
    import ephem  # type: ignore[import-untyped]  # here, so that only who looks at the sky pays for its tables

    searches: dict[SkyKind, Callable[[datetime], Any]] = {
        SkyKind.NEW_MOON: ephem.next_new_moon,
        SkyKind.FIRST_QUARTER: ephem.next_first_quarter_moon,
        SkyKind.FULL_MOON: ephem.next_full_moon,
        SkyKind.LAST_QUARTER: ephem.next_last_quarter_moon,
        SkyKind.MARCH_EQUINOX: ephem.next_vernal_equinox,
        SkyKind.JUNE_SOLSTICE: ephem.next_summer_solstice,
        SkyKind.SEPTEMBER_EQUINOX: ephem.next_autumnal_equinox,
        SkyKind.DECEMBER_SOLSTICE: ephem.next_winter_solstice,
    }
    # No zone is more than 14 hours away from UTC.
    begin, end = datetime(year, 1, 1) - timedelta(days=2), datetime(year + 1, 1, 1) + timedelta(days=2)  # noqa: DTZ001
    found = [(kind, at) for kind, search in searches.items() for at in _every(search, begin, end)]
    return tuple(sorted(found, key=lambda one: one[1]))


def _every(search: Callable[[datetime], Any], begin: datetime, end: datetime) -> Iterator[datetime]:
    """Yield each instant that ``search`` finds from ``begin`` to ``end``, both naive and in UTC."""
    at = begin
    while (at := search(at).datetime()) < end:
        yield (at + timedelta(seconds=30)).replace(second=0, microsecond=0, tzinfo=UTC)
        at += timedelta(days=1)  # past the one just found, well before the next
