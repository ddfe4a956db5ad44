"""Holidays: the right days, in two languages, for every country; imported late and kept."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from system_under_test.calendars.marks import MarkKind, marks_of
from system_under_test.calendars.settings import CalendarSettings
from system_under_test.errors import ErrorCode, ShopError
from system_under_test.holidays import service
from system_under_test.holidays.service import find_country, holidays_of, list_countries
from tests.shop.helpers import ROOT, Guest

PLACES = [(c.code, r) for c in list_countries() for r in (None, *(region.code for region in c.regions))]


def names(country: str, region: str | None, year: int) -> dict[str, str]:
    return {h.date.isoformat(): h.name for h in holidays_of(country, region, year)}


def test_a_region_has_the_days_of_its_country_and_its_own() -> None:
    country, bavaria, berlin = (names("DE", region, 2027) for region in (None, "BY", "BE"))
    assert country["2027-10-03"] == "German Unity Day"
    assert country.items() <= bavaria.items()
    assert bavaria["2027-05-27"] == "Corpus Christi"
    assert "2027-05-27" not in berlin
    assert berlin["2027-03-08"] == "Women's Day"


@pytest.mark.parametrize(
    ("country", "region", "day", "name"),
    [
        ("US", None, "2027-11-25", "Thanksgiving Day"),
        ("US", None, "2027-07-04", "Independence Day"),
        ("GB", "SCT", "2027-11-30", "Saint Andrew's Day"),
        ("GB", "ENG", "2027-03-29", "Easter Monday"),
        ("FR", None, "2027-07-14", "National Day"),
        ("JP", None, "2027-03-21", "Vernal Equinox Day"),
        ("AU", "VIC", "2027-11-02", "Melbourne Cup Day"),
    ],
)
def test_known_days(country: str, region: str | None, day: str, name: str) -> None:
    assert names(country, region, 2027)[day] == name


def test_local_names_where_there_is_a_local_language() -> None:
    german = {h.name: h.local_name for h in holidays_of("DE", None, 2027)}
    assert german["Good Friday"] == "Karfreitag"
    assert {h.local_name for h in holidays_of("US", None, 2027)} == {None}
    assert any(h.local_name for h in holidays_of("EG", None, 2027))


def test_the_language_of_the_machine_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("LANGUAGE", "LC_ALL", "LANG"):
        monkeypatch.setenv(variable, "de_DE.UTF-8")
    service._compute.cache_clear()
    assert holidays_of("FR", None, 2027)[0].name == "New Year's Day"
    assert holidays_of("FR", None, 2027)[0].local_name == "Jour de l'an"


def test_countries_and_regions_can_be_told_apart_and_read() -> None:
    countries = list_countries()
    assert len(countries) > 200
    assert len({c.code for c in countries}) == len({c.name for c in countries}) == len(countries)
    for country in countries:
        assert len(country.code) == 2
        assert country.code.isupper()
        assert country.name[0].isupper()
        codes = [region.code for region in country.regions]
        shown = [region.name for region in country.regions]
        assert len(set(codes)) == len(codes)
        assert len(set(shown)) == len(shown), country
        assert all(name.strip() for name in shown)
    assert [c.name for c in countries[:3]] == ["Afghanistan", "Åland Islands", "Albania"]
    regions = {region.code: region.name for region in (find_country("NO") or countries[0]).regions}
    assert regions["50"] == "Trøndelag"
    assert {c.name for c in countries} >= {"United Kingdom", "Isle of Man", "Bosnia and Herzegovina", "Côte d’Ivoire"}


@given(st.sampled_from(PLACES), st.integers(2000, 2100))
def test_every_place_has_days_of_that_year_in_order(place: tuple[str, str | None], year: int) -> None:
    found = holidays_of(*place, year)
    assert [h.date for h in found] == sorted({h.date for h in found})
    assert all(h.date.year == year and h.name.strip() for h in found)
    assert all(h.local_name is None or (h.local_name.strip() and h.local_name != h.name) for h in found)


@pytest.mark.parametrize(
    ("country", "region", "year"),
    [
        ("XX", None, 2027), ("", None, 2027), ("de", None, 2027), ("Germany", None, 2027), ("registry", None, 2027),
        ("__doc__", None, 2027), ("DE", "XX", 2027), ("DE", "", 2027), ("DE", "SCT", 2027), ("DE", None, 1999),
        ("DE", None, 2101),
    ],
)  # fmt: skip
def test_an_unknown_place_or_year_is_refused(country: str, region: str | None, year: int) -> None:
    with pytest.raises(ShopError) as refused:
        holidays_of(country, region, year)
    assert refused.value.code is ErrorCode.BAD_INPUT
    assert refused.value.sentence.endswith(".")


def test_a_year_is_computed_once_and_the_cache_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = service._names

    def slow(*place: Any) -> dict[date, str]:
        threading.Event().wait(0.05)  # long enough for the other threads to come in, were nothing to hold them
        return quick(*place)

    monkeypatch.setattr(service, "_names", slow)
    service._compute.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: holidays_of("DE", "BY", 2031), range(40)))
    assert all(one is found[0] for one in found)
    assert service._compute.cache_info().misses == 1
    assert service._compute.cache_info().maxsize == service.CACHED_YEARS


def test_neither_web_process_nor_worker_starts_with_the_libraries() -> None:
    code = (
        "import sys, system_under_test.app.factory, system_under_test.worker.actors;"
        "print([name for name in ('holidays', 'ephem') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_marks_name_holidays_in_the_language_that_was_asked_for() -> None:
    def first(language: str) -> str:
        settings = CalendarSettings(holiday_country="DE", holiday_names=language)
        return next(mark.text for mark in marks_of(2027, settings) if mark.date == date(2027, 3, 26))

    assert (first("english"), first("local")) == ("Good Friday", "Karfreitag")


def test_a_place_that_is_gone_from_the_library_leaves_the_rest() -> None:
    settings = CalendarSettings(holiday_country="YU", show_moon=True, show_seasons=True)
    kinds = {mark.kind for mark in marks_of(2027, settings)}
    assert kinds == {MarkKind.MOON, MarkKind.SEASON}
    settings = CalendarSettings(holiday_country="DE", show_moon=True, time_zone="Europe/Atlantis")
    assert {mark.kind for mark in marks_of(2027, settings)} == {MarkKind.HOLIDAY}


def test_marks_stand_in_order() -> None:
    settings = CalendarSettings(holiday_country="JP", show_moon=True, show_seasons=True, time_zone="Asia/Tokyo")
    marks = marks_of(2027, settings)
    assert [mark.date for mark in marks] == sorted(mark.date for mark in marks)
    equinox = [mark for mark in marks if mark.date == date(2027, 3, 21)]
    assert [(m.kind.value, m.text, m.time) for m in equinox] == [
        ("HOLIDAY", "Vernal Equinox Day", None),
        ("SEASON", "March equinox", "05:25"),
    ]


def test_the_api_lists_countries_regions_and_zones(guest: Guest) -> None:
    every = guest.data("query HolidayCountries { holidayCountries { code name regions { code name } } }")
    germany = next(c for c in every["holidayCountries"] if c["code"] == "DE")
    assert {"code": "BY", "name": "Bayern"} in germany["regions"]
    assert len(every["holidayCountries"]) == len(list_countries())
    one = guest.data('{ holidayCountries(code: "DE") { name regions { code name } } }')["holidayCountries"]
    assert one == [{"name": "Germany", "regions": germany["regions"]}]
    assert guest.data('{ holidayCountries(code: "XX") { name } }')["holidayCountries"] == []
    assert guest.data("{ timeZones }")["timeZones"][0] == "UTC"
