"""GraphQL type and query of the template catalogue."""

import strawberry

from system_under_test.context import ShopInfo
from system_under_test.templates_catalog.service import list_templates


@strawberry.type(name="Template", description="A design to start a calendar from.")
class TemplateType:
    """A template as the API shows it."""

    slug: str
    name: str
    description: str
    year: int
    accent: str = strawberry.field(description="The main colour, #rrggbb.")


@strawberry.type
class TemplateQuery:
    """Queries of the template catalogue."""

    @strawberry.field
    def templates(self, info: ShopInfo) -> list[TemplateType]:
        """Return the templates on offer."""
        with info.context.database.read() as session:
            found = list_templates(session)
        return [
            TemplateType(slug=t.slug, name=t.name, description=t.description, year=t.year, accent=t.accent)
            for t in found
        ]
