"""GraphQL types and queries of products and countries of delivery."""

import strawberry

from system_under_test.context import ShopInfo
from system_under_test.products import service, shipping
from system_under_test.products.money import CURRENCY


@strawberry.type(name="Product", description="A way to have a calendar made.")
class ProductType:
    """A product as the API shows it."""

    slug: str
    name: str
    description: str
    paper: str = strawberry.field(description="a4 or a3.")
    price_cents: int = strawberry.field(description="Tax included.")
    currency: str


@strawberry.type(name="Region", description="A part of a country that an address may name.")
class RegionType:
    """A region as the API shows it."""

    code: str
    name: str


@strawberry.type(name="ShippingCountry", description="A country that the shop delivers to.")
class ShippingCountryType:
    """A country as the API shows it."""

    code: str
    name: str
    shipping_cents: int = strawberry.field(description="Price of the parcel, whatever is in it.")
    currency: str

    @strawberry.field
    def regions(self) -> list[RegionType]:
        """Return the regions; empty where addresses name none."""
        return [RegionType(code=region.code, name=region.name) for region in shipping.COUNTRIES[self.code].regions]


@strawberry.type
class ProductQuery:
    """Queries of the products domain."""

    @strawberry.field
    def products(self, info: ShopInfo) -> list[ProductType]:
        """Return what can be ordered."""
        with info.context.database.read() as session:
            return [
                ProductType(
                    slug=product.slug,
                    name=product.name,
                    description=product.description,
                    paper=product.paper,
                    price_cents=product.price_cents,
                    currency=CURRENCY,
                )
                for product in service.list_products(session)
            ]

    @strawberry.field
    def shipping_countries(self) -> list[ShippingCountryType]:
        """Return where the shop delivers to, the home country first."""
        return [
            ShippingCountryType(
                code=country.code, name=country.name, shipping_cents=country.shipping_cents, currency=CURRENCY
            )
            for country in shipping.COUNTRIES.values()
        ]
