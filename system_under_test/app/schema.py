"""The GraphQL schema: one mixin of queries and mutations per domain."""

from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.extensions import (
    AddValidationRules,
    DisableIntrospection,
    MaxTokensLimiter,
    ParserCache,
    ValidationCache,
)

from system_under_test.accounts.schema import AccountMutation, AccountQuery
from system_under_test.admin.schema import AdminMutation, AdminQuery
from system_under_test.app.limits import MAX_TOKENS, AliasRule, WeightLimit
from system_under_test.app.weight import Scales
from system_under_test.astronomy.schema import AstronomyQuery
from system_under_test.calendars.schema import CalendarMutation, CalendarQuery
from system_under_test.carts.schema import CartMutation, CartQuery
from system_under_test.holidays.schema import HolidayQuery
from system_under_test.orders.operations import OrderMutation, OrderQuery
from system_under_test.printing.schema import PrintingMutation, PrintingQuery
from system_under_test.products.schema import ProductQuery
from system_under_test.templates_catalog.schema import TemplateQuery

CACHED_DOCUMENTS = 256


@strawberry.type(description="What can be read.")
class Query(
    AccountQuery,
    AdminQuery,
    TemplateQuery,
    CalendarQuery,
    PrintingQuery,
    HolidayQuery,
    AstronomyQuery,
    ProductQuery,
    CartQuery,
    OrderQuery,
):
    """All queries."""


@strawberry.type(description="What can be changed.")
class Mutation(AccountMutation, AdminMutation, CalendarMutation, PrintingMutation, CartMutation, OrderMutation):
    """All mutations."""


class ShopSchema(strawberry.Schema):
    """The schema; faults are logged by the endpoint, which knows which of them are expected."""

    def process_errors(self, errors: list[GraphQLError], execution_context: Any = None) -> None:
        """Stay silent: the library would log every refused input with its text."""


def make_schema(*, introspection: bool) -> ShopSchema:
    """Build the schema; without ``introspection`` it does not describe itself to strangers."""
    scales: list[Scales] = []
    extensions: list[Any] = [
        lambda: MaxTokensLimiter(max_token_count=MAX_TOKENS),
        lambda: AddValidationRules([AliasRule]),
        lambda: ParserCache(maxsize=CACHED_DOCUMENTS),
        lambda: ValidationCache(maxsize=CACHED_DOCUMENTS),
        lambda: WeightLimit(scales[0]),
    ]
    if not introspection:
        extensions.append(DisableIntrospection)
    schema = ShopSchema(query=Query, mutation=Mutation, extensions=extensions)
    scales.append(Scales(schema._schema))
    return schema
