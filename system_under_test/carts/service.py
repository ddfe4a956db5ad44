"""The cart of an owner. Prices come from the products at the moment of asking, never from the browser."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Session

from system_under_test.calendars.tables import Calendar
from system_under_test.carts.tables import MAX_LINES, MAX_QUANTITY, CartItem
from system_under_test.errors import bad_input, not_found
from system_under_test.guests.service import remember
from system_under_test.guests.tables import GuestSession
from system_under_test.products.service import is_on_offer
from system_under_test.products.tables import Product

LINE_COLUMNS: tuple[InstrumentedAttribute[Any], ...] = (
    CartItem.id,
    CartItem.quantity,
    Product.price_cents,
    Calendar.id,
    Calendar.title,
    Calendar.year,
    Calendar.template_slug,
    Product.slug,
    Product.name,
    Product.paper,
)


@dataclass(frozen=True, slots=True)
class CartLine:
    """So many copies of one calendar. ``unit_cents`` is the present price of one, tax included."""

    id: uuid.UUID
    quantity: int
    unit_cents: int
    calendar_id: uuid.UUID
    title: str
    year: int
    template_slug: str
    product_slug: str
    product_name: str
    paper: str

    @property
    def line_cents(self) -> int:
        """The price of all copies."""
        return self.quantity * self.unit_cents


def read_cart(session: Session, owner: str) -> list[CartLine]:
    """Return the lines of ``owner``'s cart with one query, in the order in which they were added.

    A product that is no longer on offer hides its lines.
    """
    rows = session.execute(
        select(*LINE_COLUMNS)
        .select_from(CartItem)
        .join(Calendar, Calendar.id == CartItem.calendar_id)
        .join(Product, Product.slug == CartItem.product_slug)
        .where(CartItem.owner_id == owner, Product.active)
        .order_by(CartItem.created_at, CartItem.id)
    )
    return [CartLine(*row) for row in rows]


def lock_owner(session: Session, owner: str) -> None:
    """Let nobody else change the cart of ``owner``, or order from it, until the transaction ends."""
    remember(session, owner)
    # Not against key share locks: calendars and the like may refer to the owner meanwhile.
    session.execute(select(GuestSession.id).where(GuestSession.id == owner).with_for_update(key_share=True))


def add_to_cart(session: Session, owner: str, calendar_id: uuid.UUID, product_slug: str, quantity: int) -> None:
    """Put copies of a calendar into the cart, onto the line that is there for the same product.

    Raises BAD_INPUT for a quantity or product that is not possible, NOT_FOUND for a foreign calendar.
    """
    _check_quantity(quantity, least=1)
    if not is_on_offer(session, product_slug):
        raise bad_input("There is no such product.")
    lock_owner(session, owner)
    mine = select(Calendar.id).where(Calendar.id == calendar_id, Calendar.session_id == owner)
    if session.scalar(mine.with_for_update(read=True, key_share=True)) is None:
        raise not_found("calendar")
    there = session.execute(
        select(CartItem.calendar_id, CartItem.product_slug, CartItem.quantity).where(CartItem.owner_id == owner)
    ).all()
    copies = next((n for *line, n in there if line == [calendar_id, product_slug]), 0)
    if not copies and len(there) >= MAX_LINES:
        raise bad_input(f"The cart has room for {MAX_LINES} different items; please order these first.")
    _check_quantity(copies + quantity, least=1)
    values = {"id": uuid.uuid4(), "owner_id": owner, "calendar_id": calendar_id, "product_slug": product_slug}
    statement = insert(CartItem).values(**values, quantity=quantity)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[CartItem.owner_id, CartItem.calendar_id, CartItem.product_slug],
            set_={"quantity": CartItem.quantity + statement.excluded.quantity},
        )
    )


def set_quantity(session: Session, owner: str, item_id: uuid.UUID, quantity: int) -> None:
    """Change the copies of a line, none removes it; raises BAD_INPUT, or NOT_FOUND for a foreign line."""
    _check_quantity(quantity, least=0)
    mine = (CartItem.id == item_id, CartItem.owner_id == owner)
    change = update(CartItem).where(*mine).values(quantity=quantity) if quantity else delete(CartItem).where(*mine)
    if session.scalar(change.returning(CartItem.id)) is None:
        raise not_found("item of your cart")


def take_ordered(session: Session, owner: str, calendar_id: uuid.UUID, product_slug: str, quantity: int) -> None:
    """Take copies that were paid out of the cart, at most those that are still in it."""
    line = (
        CartItem.owner_id == owner,
        CartItem.calendar_id == calendar_id,
        CartItem.product_slug == product_slug,
    )
    session.execute(delete(CartItem).where(*line, CartItem.quantity <= quantity))
    session.execute(update(CartItem).where(*line).values(quantity=CartItem.quantity - quantity))


def _check_quantity(quantity: int, *, least: int) -> None:
    if not least <= quantity <= MAX_QUANTITY:
        raise bad_input(f"You can order between {least or 'no'} and {MAX_QUANTITY} copies of one calendar at a time.")
