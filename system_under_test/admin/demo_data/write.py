"""Writing the story into the database."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from system_under_test.accounts.tables import Account
from system_under_test.admin.demo_data.rows import Row, Rows
from system_under_test.admin.demo_data.story import ISSUER, Story
from system_under_test.calendars.emoji import split_runs
from system_under_test.db.tables import Base
from system_under_test.printing.document import build_document
from system_under_test.products.service import list_products
from system_under_test.templates_catalog.covers import render_cover
from system_under_test.templates_catalog.service import list_templates
from system_under_test.templates_catalog.tables import Template

BATCH = 200


class AlreadyThereError(Exception):
    """The story of this seed has been written before."""


def write_story(session: Session, *, orders: int, days: int, seed: int, until: datetime) -> Rows:
    """Write ``orders`` orders of the last ``days`` days and return all rows; raises AlreadyThereError."""
    templates = list(list_templates(session))
    story = Story(seed, until, days, templates, list_products(session))
    known = select(Account.id).where(Account.issuer == ISSUER, Account.subject == str(story.admin_id))
    if session.scalar(known) is not None:
        raise AlreadyThereError
    rows = story.tell(orders)
    prints = {template.slug: _print(template) for template in templates}
    for part in fields(rows):
        table = Base.metadata.tables[part.name]
        found: list[Row] = getattr(rows, part.name)
        for start in range(0, len(found), BATCH):
            batch = found[start : start + BATCH]
            if part.name == "order_items":
                batch = [_printed(item, prints) for item in batch]
            session.execute(insert(table), batch)
    return rows


def _print(template: Template) -> Row:
    document = build_document(template.name, template.year, template, [])
    return {"document": document, "cover": render_cover(template)}


def _printed(item: Row, prints: dict[str, Row]) -> Row:
    """Return the item with what the worker prints of it: the template's empty year under the item's title."""
    title: Any = item["title"]
    made = prints[item["template_slug"]]
    document = {**made["document"], "title": split_runs(title), "plain_title": title}
    return {**item, "document": document, "cover": made["cover"]}
