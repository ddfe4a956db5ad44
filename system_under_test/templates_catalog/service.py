"""Reading and seeding the catalogue of templates."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from system_under_test.templates_catalog.seeds import SEED_YEAR, SEEDS
from system_under_test.templates_catalog.tables import Template


def seed_templates(session: Session) -> None:
    """Insert the shop's own templates, or bring them up to date; others are left alone."""
    for position, seed in enumerate(SEEDS):
        values = {**asdict(seed), "year": SEED_YEAR, "position": position}
        statement = insert(Template).values(**values)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=[Template.slug],
                set_={name: statement.excluded[name] for name in values if name != "slug"},
            )
        )


def list_templates(session: Session) -> Sequence[Template]:
    """Return the templates on offer, in the order of the shop window."""
    return session.scalars(select(Template).where(Template.active).order_by(Template.position)).all()


def find_template(session: Session, slug: str) -> Template | None:
    """Return the template on offer under ``slug``, or None."""
    # Slugs are ASCII; anything else may hold what the database cannot even compare.
    if not slug.isascii() or "\0" in slug:
        return None
    return session.scalar(select(Template).where(Template.slug == slug, Template.active))
