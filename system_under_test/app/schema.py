"""The GraphQL schema: one mixin of queries and mutations per domain."""

from typing import Any

import strawberry
from graphql import GraphQLError, ValidationRule
from strawberry.extensions import (
    AddValidationRules,
    DisableIntrospection,
    MaxTokensLimiter,
    ParserCache,
    ValidationCache,
)
from strawberry.extensions.max_aliases import create_validator

from system_under_test.astronomy.schema import AstronomyQuery
from system_under_test.calendars.schema import CalendarMutation, CalendarQuery
from system_under_test.holidays.schema import HolidayQuery
from system_under_test.printing.schema import PrintingMutation, PrintingQuery
from system_under_test.templates_catalog.schema import TemplateQuery

MAX_TOKENS = 1000
CACHED_DOCUMENTS = 256
# Made once: the validation cache recognises a document by its rules too.
ALIAS_RULE: type[ValidationRule] = create_validator(30)


@strawberry.type(description="What can be read.")
class Query(TemplateQuery, CalendarQuery, PrintingQuery, HolidayQuery, AstronomyQuery):
    """All queries."""


@strawberry.type(description="What can be changed.")
class Mutation(CalendarMutation, PrintingMutation):
    """All mutations."""


class ShopSchema(strawberry.Schema):
    """The schema; faults are logged by the endpoint, which knows which of them are expected."""

    def process_errors(self, errors: list[GraphQLError], execution_context: Any = None) -> None:
        """Stay silent: the library would log every refused input with its text."""


def make_schema(*, introspection: bool) -> ShopSchema:
    """Build the schema; without ``introspection`` it does not describe itself to strangers."""
    extensions: list[Any] = [
        lambda: MaxTokensLimiter(max_token_count=MAX_TOKENS),
        lambda: AddValidationRules([ALIAS_RULE]),
        lambda: ParserCache(maxsize=CACHED_DOCUMENTS),
        lambda: ValidationCache(maxsize=CACHED_DOCUMENTS),
    ]
    if not introspection:
        extensions.append(DisableIntrospection)
    return ShopSchema(query=Query, mutation=Mutation, extensions=extensions)
