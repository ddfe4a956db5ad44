"""Moon phases and seasons: published values, another library's values, and what must hold in every year."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from system_under_test.astronomy import service
from system_under_test.astronomy.service import MOON_PHASES, SEASONS, SkyKind, moon_phases, seasons, sky_of, time_zones
from system_under_test.errors import ShopError

NEW, FIRST, FULL, LAST = MOON_PHASES
MARCH, JUNE, SEPTEMBER, DECEMBER = SEASONS
YEARS = st.integers(2000, 2100)
ZONES = st.sampled_from(time_zones())

# Published to the minute in universal time by almanacs (US Naval Observatory and those who print it).
PUBLISHED = [
    (MARCH, "2000-03-20T07:35"), (JUNE, "2000-06-21T01:48"), (SEPTEMBER, "2000-09-22T17:27"),
    (DECEMBER, "2000-12-21T13:37"), (MARCH, "2020-03-20T03:50"), (JUNE, "2020-06-20T21:44"),
    (SEPTEMBER, "2020-09-22T13:31"), (DECEMBER, "2020-12-21T10:02"), (MARCH, "2021-03-20T09:37"),
    (JUNE, "2021-06-21T03:32"), (SEPTEMBER, "2021-09-22T19:21"), (DECEMBER, "2021-12-21T15:59"),
    (MARCH, "2022-03-20T15:33"), (JUNE, "2022-06-21T09:14"), (SEPTEMBER, "2022-09-23T01:04"),
    (DECEMBER, "2022-12-21T21:48"), (MARCH, "2024-03-20T03:06"), (JUNE, "2024-06-20T20:51"),
    (SEPTEMBER, "2024-09-22T12:44"), (DECEMBER, "2024-12-21T09:20"), (MARCH, "2025-03-20T09:01"),
    (JUNE, "2025-06-21T02:42"), (SEPTEMBER, "2025-09-22T18:19"), (DECEMBER, "2025-12-21T15:03"),
    (FULL, "2000-01-21T04:40"), (NEW, "2020-06-21T06:41"), (FULL, "2020-10-31T14:49"), (FULL, "2021-05-26T11:14"),
    (NEW, "2021-12-04T07:43"), (FULL, "2023-01-06T23:08"), (NEW, "2023-01-21T20:53"), (FULL, "2023-08-31T01:36"),
    (NEW, "2023-10-14T17:55"), (FULL, "2023-10-28T20:24"), (LAST, "2024-01-04T03:30"), (NEW, "2024-01-11T11:57"),
    (FIRST, "2024-01-18T03:53"), (FULL, "2024-01-25T17:54"), (NEW, "2024-02-09T22:59"), (FULL, "2024-02-24T12:30"),
    (NEW, "2024-03-10T09:00"), (FULL, "2024-03-25T07:00"), (NEW, "2024-04-08T18:21"), (FULL, "2024-04-23T23:49"),
    (NEW, "2024-12-30T22:27"), (FULL, "2025-03-14T06:55"), (NEW, "2025-03-29T10:58"), (FULL, "2025-09-07T18:09"),
    (FULL, "2026-03-03T11:38"), (NEW, "2026-08-12T17:37"),
]  # fmt: skip

# By the library astronomy-engine 2.1, which shares no code or tables with ours; seconds kept.
OTHER_LIBRARY = [
    (MARCH, "2028-03-20T02:17:01"), (DECEMBER, "2028-12-21T08:20:05"), (JUNE, "2050-06-21T03:32:56"),
    (SEPTEMBER, "2075-09-22T20:58:25"), (MARCH, "2100-03-20T13:03:09"), (DECEMBER, "2100-12-21T19:50:50"),
    (LAST, "2010-01-07T10:40:09"), (NEW, "2010-01-15T07:12:09"), (FULL, "2027-01-22T12:17:50"),
    (FIRST, "2028-01-05T01:41:05"), (FULL, "2050-01-08T01:39:27"), (NEW, "2075-01-16T18:37:07"),
    (LAST, "2100-01-03T13:03:50"), (FULL, "2100-01-26T02:50:05"),
]  # fmt: skip


def nearest(kind: SkyKind, at: datetime) -> timedelta:
    """How far our instant of that kind is from ``at``."""
    return min(abs(event.at - at) for event in sky_of(at.year, "UTC") if event.kind is kind)


@pytest.mark.parametrize(("kind", "published"), PUBLISHED)
def test_published_values_within_a_minute(kind: SkyKind, published: str) -> None:
    assert nearest(kind, datetime.fromisoformat(published).replace(tzinfo=UTC)) <= timedelta(minutes=1)


@pytest.mark.parametrize(("kind", "computed"), OTHER_LIBRARY)
def test_another_library_agrees_within_two_minutes(kind: SkyKind, computed: str) -> None:
    assert nearest(kind, datetime.fromisoformat(computed).replace(tzinfo=UTC)) <= timedelta(minutes=2)


@given(YEARS, ZONES)
def test_phases_follow_each_other_a_week_apart(year: int, zone: str) -> None:
    phases = moon_phases(year, zone)
    assert 49 <= len(phases) <= 50
    for before, after in pairwise(phases):
        assert MOON_PHASES.index(after.kind) == (MOON_PHASES.index(before.kind) + 1) % 4
        # Within 6.0 and 8.9 days: the moon is faster where it is nearer.
        assert timedelta(days=6) < after.at - before.at < timedelta(days=8.9)
    for kind in MOON_PHASES:
        same = [event.at for event in phases if event.kind is kind]
        assert all(timedelta(days=28.9) < b - a < timedelta(days=30.2) for a, b in pairwise(same))


@given(YEARS, ZONES)
def test_four_seasons_in_their_months(year: int, zone: str) -> None:
    found = seasons(year, zone)
    assert [event.kind for event in found] == list(SEASONS)
    assert [event.at.month for event in found] == [3, 6, 9, 12]
    assert all(19 <= event.at.day <= 24 for event in found)


@given(YEARS, ZONES)
def test_every_instant_is_local_to_the_minute_and_in_its_year(year: int, zone: str) -> None:
    for event in sky_of(year, zone):
        assert event.date.year == year
        assert (event.at.second, event.at.microsecond) == (0, 0)
        assert event.at.tzinfo is UTC or event.at.tzinfo == ZoneInfo(zone)


@given(st.integers(2000, 2099), ZONES)
def test_no_phase_is_lost_or_told_twice_at_the_turn_of_a_year(year: int, zone: str) -> None:
    last, first = moon_phases(year, zone)[-1], moon_phases(year + 1, zone)[0]
    assert MOON_PHASES.index(first.kind) == (MOON_PHASES.index(last.kind) + 1) % 4
    assert timedelta(days=6) < first.at - last.at < timedelta(days=8.9)


@given(YEARS, ZONES)
def test_a_zone_moves_the_clock_and_not_the_instant(year: int, zone: str) -> None:
    here = {(event.kind, event.at.astimezone(UTC)) for event in sky_of(year, zone)}
    there = {(event.kind, event.at) for number in (year - 1, year, year + 1) for event in sky_of(number, "UTC")}
    assert here <= there


def test_the_day_depends_on_the_zone() -> None:
    def full(zone: str) -> list[str]:
        return [e.at.isoformat() for e in moon_phases(2027, zone) if e.kind is FULL and e.at.month == 2]

    assert full("UTC") == ["2027-02-20T23:24:00+00:00"]
    assert full("Europe/Berlin") == ["2027-02-21T00:24:00+01:00"]
    assert full("Pacific/Auckland") == ["2027-02-21T12:24:00+13:00"]


@pytest.mark.parametrize(
    "zone", ["", "Berlin", "Mars/Olympus", "../etc/passwd", "/etc/localtime", "UTC\0", "posixrules"]
)
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(ShopError):
        sky_of(2027, zone)


def test_zones_to_choose_from() -> None:
    zones = time_zones()
    assert zones[0] == "UTC"
    assert len(zones) == len(set(zones)) > 300
    assert {"Europe/Berlin", "America/New_York", "Asia/Kathmandu"} <= set(zones)


def test_many_threads_get_what_one_gets() -> None:
    """ephem searches with one Sun and one Moon for the whole process; unguarded, threads disturb each other."""
    years = list(range(2000, 2040))
    alone = [sky_of(year, "UTC") for year in years]
    for _ in range(3):
        sky_of.cache_clear()
        service._instants.cache_clear()
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(lambda year: sky_of(year, "UTC"), years)) == alone
