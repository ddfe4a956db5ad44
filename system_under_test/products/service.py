"""Reading and seeding what can be ordered."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from system_under_test.products.seeds import SEEDS
from system_under_test.products.tables import Product


def seed_products(session: Session) -> None:
    """Insert the shop's own products, or bring them up to date; others are left alone."""
    for position, seed in enumerate(SEEDS):
        values = {**asdict(seed), "position": position}
        statement = insert(Product).values(**values)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=[Product.slug],
                set_={name: statement.excluded[name] for name in values if name != "slug"},
            )
        )


def list_products(session: Session) -> Sequence[Product]:
    """Return the products on offer, in the order of the shop window."""
    return session.scalars(select(Product).where(Product.active).order_by(Product.position, Product.slug)).all()


def is_on_offer(session: Session, slug: str) -> bool:
    """Tell whether there is a product on offer under ``slug``."""
    # Slugs are ASCII; anything else may hold what the database cannot even compare.
    if not slug.isascii() or "\0" in slug:
        return False
    return session.scalar(select(Product.slug).where(Product.slug == slug, Product.active)) is not None
