"""Whether a guide names everything that there is to press, choose and fill in."""

from __future__ import annotations

import re
from collections import Counter

from playwright.sync_api import Page

from suites.docs.finding import names_on
from suites.docs.looks.seen import Seen, judged
from suites.docs.plan import CoversItem
from suites.docs.world import UnreachableError, World

_FILLED = ("textbox", "searchbox", "spinbutton", "combobox", "listbox", "checkbox", "switch", "radio")
_CONTROLS = frozenset(("button", "link", "tab", *_FILLED))


def look_for_uncovered(item: CoversItem, world: World) -> Seen:
    """Every control in the main part of the place, in the words of the served guide."""
    try:
        page = world.at(item.at)
    except UnreachableError as error:
        return judged([str(error)])
    status, served, _ = world.served(item.address)
    if status != 200:
        return judged([f"{item.where}: {item.address} answers {status}"])
    controls = [name for name in _controls(page, item.apart) if not any(re.search(one, name) for one in item.ignore)]
    if not controls:
        return judged(
            [f"{item.where}: nothing at {item.at} can be pressed or filled in"], lambda: world.picture_of(item.at)
        )
    text = "\n".join(one.text for one in served.texts)
    unnamed = [name for name in controls if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)]
    problems = [f"{item.where}: it never speaks of “{name}”, which is at {item.at}" for name in unnamed]
    return judged(problems, lambda: world.picture_of(item.at))


def _controls(page: Page, apart: list[str]) -> list[str]:
    """Names of controls, each once, without those of groups that stand apart."""
    found = Counter(names_on(page.locator("main")))
    for name in apart:
        for group in page.get_by_label(name, exact=True).all():
            found -= Counter(names_on(group))
    return list(dict.fromkeys(name for role, name in found if role in _CONTROLS and found[role, name] > 0))
