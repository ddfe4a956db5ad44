"""GraphQL types, query and mutations of the cart."""

import strawberry

from system_under_test.calendars.validation import parse_id
from system_under_test.carts import service
from system_under_test.context import ShopInfo
from system_under_test.errors import bad_input
from system_under_test.products.money import CURRENCY
from system_under_test.products.shipping import COUNTRIES


@strawberry.type(description="The calendar of a line.")
class CartCalendar:
    """What the cart shows of a calendar."""

    id: strawberry.ID
    title: str
    year: int
    template_slug: str


@strawberry.type(description="The product of a line.")
class CartProduct:
    """What the cart shows of a product."""

    slug: str
    name: str
    paper: str


@strawberry.type(name="CartItem", description="So many copies of one calendar.")
class CartItemType:
    """A line as the API shows it."""

    id: strawberry.ID
    quantity: int
    unit_price_cents: int
    line_cents: int
    calendar: CartCalendar
    product: CartProduct

    @classmethod
    def of(cls, line: service.CartLine) -> "CartItemType":
        """Wrap a line."""
        return cls(
            id=strawberry.ID(str(line.id)),
            quantity=line.quantity,
            unit_price_cents=line.unit_cents,
            line_cents=line.line_cents,
            calendar=CartCalendar(
                id=strawberry.ID(str(line.calendar_id)),
                title=line.title,
                year=line.year,
                template_slug=line.template_slug,
            ),
            product=CartProduct(slug=line.product_slug, name=line.product_name, paper=line.paper),
        )


@strawberry.type(name="Cart", description="What the customer is about to order, at present prices.")
class CartType:
    """A cart as the API shows it."""

    items: list[CartItemType]
    items_cents: int
    shipping_cents: int | None = strawberry.field(description="Null until a country is named.")
    total_cents: int = strawberry.field(description="Tax included; without shipping until a country is named.")
    currency: str
    count: int = strawberry.field(description="Copies in the cart.")

    @classmethod
    def of(cls, lines: list[service.CartLine], shipping_cents: int | None = None) -> "CartType":
        """Add up the lines."""
        items_cents = sum(line.line_cents for line in lines)
        return cls(
            items=[CartItemType.of(line) for line in lines],
            items_cents=items_cents,
            shipping_cents=shipping_cents,
            total_cents=items_cents + (shipping_cents or 0),
            currency=CURRENCY,
            count=sum(line.quantity for line in lines),
        )


@strawberry.type
class CartQuery:
    """Queries of the carts domain."""

    @strawberry.field
    def cart(self, info: ShopInfo, country: str | None = None) -> CartType:
        """Return the cart, with the price of shipping to ``country`` (ISO 3166 code)."""
        place = COUNTRIES.get(country) if country else None
        if country and place is None:
            raise bad_input("We do not deliver to that country yet.")
        with info.context.database.read() as session:
            lines = service.read_cart(session, info.context.owner)
        return CartType.of(lines, place.shipping_cents if place else None)


@strawberry.type
class CartMutation:
    """Mutations of the carts domain; each returns the cart as it is then."""

    @strawberry.mutation
    def add_to_cart(self, info: ShopInfo, calendar_id: strawberry.ID, product: str, quantity: int = 1) -> CartType:
        """Put copies of a calendar into the cart."""
        key = parse_id(calendar_id, "calendar")
        with info.context.database.write() as session:
            service.add_to_cart(session, info.context.owner, key, product, quantity)
            return CartType.of(service.read_cart(session, info.context.owner))

    @strawberry.mutation
    def set_quantity(self, info: ShopInfo, item_id: strawberry.ID, quantity: int) -> CartType:
        """Change the copies of a line; 0 removes it."""
        key = parse_id(item_id, "item of your cart")
        with info.context.database.write() as session:
            service.set_quantity(session, info.context.owner, key, quantity)
            return CartType.of(service.read_cart(session, info.context.owner))
