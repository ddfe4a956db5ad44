"""A name at a place."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page

from suites.docs.finding import instead, visible
from suites.docs.looks.seen import Seen, judged
from suites.docs.places import ANY, ON_EVERY_PAGE
from suites.docs.plan import LabelItem
from suites.docs.world import UnreachableError, World

_FRAME = "body > header, body > footer"  # what is on every page; a link of its own that one page has does not count
_LATE_MS = 1500  # a place has settled when it is handed over; this is for what fades in


def look_at_label(item: LabelItem, world: World) -> Seen:
    """Whether the name is there, in its role, for everybody to see."""
    problems: list[str] = []
    missing: list[str] = []
    shown: list[Path] = []
    hint = ""
    for place in ON_EVERY_PAGE if item.at == ANY else (item.at,):
        try:
            page = world.at(place)
        except UnreachableError as error:
            problems.append(f"{item.where}: “{item.name}” cannot be looked for: {error}")
            shown += world.picture_of(place)
            continue
        if not _is_there(page, item):
            hint = hint or instead(page, item.role, item.name)
            missing.append(place)
            shown += world.picture_of(place)
    if missing:
        problems.insert(0, f"{item.where}: there is no {item.role} “{item.name}” at {', '.join(missing)}{hint}")
    return judged(problems, lambda: shown)


def _is_there(page: Page, item: LabelItem) -> bool:
    part = page.locator(_FRAME) if item.at == ANY else page
    found = visible(part, item.role, item.name)
    if found.count():
        return True
    try:
        found.first.wait_for(state="visible", timeout=_LATE_MS)
    except PlaywrightError:
        return False
    return True
