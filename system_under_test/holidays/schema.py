"""GraphQL types and query of the countries whose holidays are known."""

from functools import cache

import strawberry

from system_under_test.holidays import service


@strawberry.type(name="HolidayRegion", description="A part of a country with holidays of its own.")
class HolidayRegionType:
    """A region as the API shows it."""

    code: str
    name: str


@strawberry.type(name="HolidayCountry", description="A country whose public holidays are known.")
class HolidayCountryType:
    """A country as the API shows it."""

    code: str = strawberry.field(description="ISO 3166-1 alpha-2.")
    name: str
    regions: list[HolidayRegionType]


@cache
def _all() -> list[HolidayCountryType]:
    # 250 countries with 650 regions: wrapped once, because every editor asks for them.
    return [
        HolidayCountryType(
            code=country.code,
            name=country.name,
            regions=[HolidayRegionType(code=region.code, name=region.name) for region in country.regions],
        )
        for country in service.list_countries()
    ]


@strawberry.type
class HolidayQuery:
    """Queries of the holidays domain."""

    @strawberry.field
    def holiday_countries(self, code: str | None = None) -> list[HolidayCountryType]:
        """Return the countries in order of name, or only the one with ``code``; unknown codes give none."""
        return [country for country in _all() if code is None or country.code == code]
