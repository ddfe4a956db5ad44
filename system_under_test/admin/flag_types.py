"""GraphQL type of feature flags."""

import strawberry

from system_under_test.admin.texts import iso_or_none
from system_under_test.flags.service import FlagData


@strawberry.type(name="FeatureFlag", description="A feature that can be switched while the shop runs.")
class FeatureFlagType:
    """A flag; ``updated_at`` is None as long as nobody has set it."""

    name: str
    description: str
    enabled: bool
    default: bool
    updated_at: str | None

    @classmethod
    def of(cls, flag: FlagData) -> "FeatureFlagType":
        """Wrap a flag."""
        return cls(
            name=flag.name,
            description=flag.description,
            enabled=flag.enabled,
            default=flag.default,
            updated_at=iso_or_none(flag.updated_at),
        )
