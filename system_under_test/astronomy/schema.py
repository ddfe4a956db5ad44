"""GraphQL query of the time zones in which the sky can be told."""

import strawberry

from system_under_test.astronomy.service import time_zones


@strawberry.type
class AstronomyQuery:
    """Queries of the astronomy domain."""

    @strawberry.field
    def time_zones(self) -> list[str]:
        """Return the names of the time zones that a calendar can have, UTC first."""
        return list(time_zones())
