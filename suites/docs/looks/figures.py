"""Figures as served, and as the shop's own pages show them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from playwright.sync_api import Page

from suites.docs.figures import read_shown
from suites.docs.finding import visible
from suites.docs.looks.seen import Seen, judged
from suites.docs.plan import AgreeItem, ShownItem
from suites.docs.world import UnreachableError, World


def look_at_shown(item: ShownItem, world: World) -> Seen:
    """Whether every block with tokens is on the page, with something in the place of each."""
    problems = []
    for block, values in read_shown(item.shown, _texts(item.address, world)):
        if block.tokens and values is None:
            problems.append(f"{block.where}: {item.address} does not show this text, so its figures were not seen")
        problems += [
            f"{block.where}: {{{{ {token} }}}} is shown as “{value}”"
            for token, value in zip(block.tokens, values or (), strict=False)
            if not value or "{" in value
        ]
    return judged(problems)


def compare(item: AgreeItem, world: World) -> Seen:
    """Whether all guides show what the place shows."""
    told = [
        (address, block.where, value)
        for address, blocks in item.shown.items()
        for block, values in read_shown(blocks, _texts(address, world))
        for token, value in zip(block.tokens, values or (), strict=False)
        if token == item.token
    ]
    if not told:
        return judged([f"no page shows {{{{ {item.token} }}}}, though the sources have it"])
    try:
        page = world.at(item.at)
    except UnreachableError as error:
        return judged([str(error)])
    witness = _witness(item, page)
    if witness is None:
        what = f"the field “{item.field}” has no {item.attribute}" if item.field else f"nothing reads “{item.reads}”"
        return judged(
            [f"{told[0][1]}: at {item.at}, {what}, so {item.token} has no witness"], lambda: world.picture_of(item.at)
        )
    problems = [
        f"{where}: {address} says “{value}”, and {item.at} says “{witness}”"
        for address, where, value in told
        if value.strip(" .,") != witness.strip(" .,")
    ]
    return judged(problems, lambda: world.picture_of(item.at))


def _witness(item: AgreeItem, page: Page) -> str | None:
    if item.field is not None:
        found = visible(page, "field", item.field)
        return found.first.get_attribute(item.attribute) if found.count() else None
    text = page.locator("body").evaluate("body => body.innerText + '\\n' + body.textContent")
    read = re.search(item.reads or "", re.sub(r"\s+", " ", text))
    return read[1] if read else None


def _texts(address: str, world: World) -> Sequence[str]:
    _, page, _ = world.served(address)
    return [one.text for one in page.texts]
