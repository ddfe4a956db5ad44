"""Public holidays by country and region, from the library ``holidays``.

The library is imported when the first guest asks for a holiday: the web process and the worker
start without it. Answers are kept in bounded caches; nothing here touches the database.
"""

import ast
import threading
import unicodedata
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from system_under_test.calendars import limits
from system_under_test.errors import bad_input
from system_under_test.holidays.names import country_name, region_name

if TYPE_CHECKING:
    from holidays import HolidayBase

# A year of one region is about 15 entries (some 5 kB): the cache stays below 6 MB.
CACHED_YEARS = 1024
# Two threads that want the same year at once: the second waits for the first instead of computing too.
_computing = threading.Lock()


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a country with holidays of its own; ``code`` as the library knows it, mostly ISO 3166-2."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Country:
    """A country whose holidays are known; ``code`` is ISO 3166-1 alpha-2."""

    code: str
    name: str
    regions: tuple[Region, ...]


@dataclass(frozen=True, slots=True)
class Holiday:
    """One holiday; ``local_name`` is in the country's own language, or None when that is no different."""

    date: date
    name: str
    local_name: str | None


def list_countries() -> Sequence[Country]:
    """Return every country in order of its name."""
    return _by_name()


def count_countries() -> int:
    """Return how many countries there are, from the library's source: reading it costs less than importing it."""
    package = find_spec("holidays")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("holidays")
    source = ast.parse(Path(package.origin).with_name("registry.py").read_text(encoding="utf-8"))
    for part in source.body:
        if (
            isinstance(part, ast.AnnAssign)
            and ast.unparse(part.target) == "COUNTRIES"
            and isinstance(part.value, ast.Dict)
        ):
            return len(part.value.keys)
    raise LookupError("the library keeps its countries elsewhere")


def find_country(code: str) -> Country | None:
    """Return the country with the ISO code ``code``, or None."""
    return _by_code().get(code)


def check_place(country: str | None, region: str | None) -> None:
    """Raise BAD_INPUT unless both are None, or the country is known and the region is a part of it."""
    if country is None:
        if region is not None:
            raise bad_input("Please choose a country before its region.")
        return
    found = find_country(country)
    if found is None:
        raise bad_input("We do not know the holidays of that country.")
    if region is not None and all(region != known.code for known in found.regions):
        raise bad_input(f"We do not know that region of {found.name}.")


def holidays_of(country: str, region: str | None, year: int) -> tuple[Holiday, ...]:
    """Return the public holidays of a year in order of date.

    Countries without data for that year have none. Raises BAD_INPUT for an unknown country or
    region, and for a year that no calendar can have.
    """
    if not limits.FIRST_YEAR <= year <= limits.LAST_YEAR:
        raise bad_input(f"The year must lie between {limits.FIRST_YEAR} and {limits.LAST_YEAR}.")
    check_place(country, region)
    with _computing:
        return _compute(country, region, year)


@lru_cache(maxsize=CACHED_YEARS)
def _compute(country: str, region: str | None, year: int) -> tuple[Holiday, ...]:
    entity = _entity(country)
    own = entity.default_language
    local = _names(country, region, year, own)
    english = _english(own, entity.supported_languages)
    names = local if english == own else _names(country, region, year, english)
    found = []
    for day in sorted(names):
        name, local_name = names[day], local.get(day)
        found.append(Holiday(day, name, local_name if local_name != name else None))
    return tuple(found)


def _names(country: str, region: str | None, year: int, language: str | None) -> dict[date, str]:
    import holidays

    with warnings.catch_warnings():
        # Some countries are known for a span of years only; outside of it the library warns and gives fewer days.
        warnings.simplefilter("ignore", UserWarning)
        # Without a language the library would follow the locale of this machine.
        found = holidays.country_holidays(country, subdiv=region, years=year, language=language)
    return {day: "; ".join(found.get_list(day)) for day in found if day.year == year}


def _english(own: str | None, languages: tuple[str, ...]) -> str | None:
    """Return the English to use: the country's own before American; None when there is no choice."""
    if own is None or own.startswith("en"):
        return own
    return next((one for one in ("en_US", *languages) if one in languages and one.startswith("en")), own)


def _entity(country: str) -> "type[HolidayBase]":
    import holidays

    # The package hands out its classes through lazy loaders, which attribute access resolves.
    return cast("type[HolidayBase]", getattr(holidays, country))


@cache
def _by_code() -> dict[str, Country]:
    from holidays.registry import COUNTRIES

    found = {}
    for class_name, code, *_ in COUNTRIES.values():
        entity: Any = _entity(code)
        aliases = entity.subdivisions_aliases
        regions = (Region(part, region_name(code, part, aliases)) for part in entity.subdivisions)
        found[code] = Country(code, country_name(code, class_name), tuple(sorted(regions, key=_sort_key)))
    return found


@cache
def _by_name() -> tuple[Country, ...]:
    return tuple(sorted(_by_code().values(), key=_sort_key))


def _sort_key(place: Country | Region) -> str:
    """Return the name without accents: Åland stands with A."""
    return unicodedata.normalize("NFKD", place.name).encode("ascii", "ignore").decode().casefold() or place.name
