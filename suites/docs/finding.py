"""How a name in a guide is found on a page: by role, exactly, and visible; and what is there instead."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from playwright.sync_api import Locator, Page

# Roles of the accessibility tree that count as what a guide calls so.
_ARIA: dict[str, tuple[str, ...]] = {
    "button": ("button",), "link": ("link",), "select": ("combobox", "listbox"), "checkbox": ("checkbox", "switch"),
    "radio": ("radio",), "heading": ("heading",), "tab": ("tab",), "field": ("textbox", "searchbox", "spinbutton"),
    "option": ("option",),
}  # fmt: skip
_WRITTEN = ("button", "link", "heading")  # those that people also call by what is written on them
_FIELDS = "input:not([type=hidden],[type=checkbox],[type=radio],[type=submit],[type=button]), textarea"
_LINE = re.compile(r"^\s*- '?(?P<role>[a-z]+) \"(?P<name>(?:[^\"\\]|\\.)*)\"", re.MULTILINE)
_LONGEST = 80  # characters of a text that is offered instead
_MOST = 6  # names that are offered where none is like the one wanted


def visible(part: Page | Locator, role: str, name: str) -> Locator:
    """Every visible thing of this role and exactly this name: as it is announced, or as it is written on it."""
    if role == "text":
        return part.get_by_text(_within(name)).filter(visible=True)
    if role == "field":
        return part.get_by_label(_whole(name)).and_(part.locator(_FIELDS)).filter(visible=True)
    if role == "tab":
        written = part.locator("summary").filter(has_text=_whole(name))
        return part.get_by_role("tab", name=_whole(name)).or_(written).filter(visible=True)
    if role == "option":
        lists = part.locator("select").filter(visible=True)
        return lists.filter(has=part.locator("option").filter(has_text=_whole(name)))  # an option is seen in its list
    first, *others = [_of(part, one, name) for one in _ARIA[role]]
    for other in others:
        first = first.or_(other)
    return first.filter(visible=True)


def _of(part: Page | Locator, aria: str, name: str) -> Locator:
    role: str = aria
    announced = part.get_by_role(role, name=_whole(name))  # type: ignore[arg-type]
    return announced.or_(_of_role(part, aria).filter(has_text=_whole(name))) if aria in _WRITTEN else announced


def _of_role(part: Page | Locator, aria: str) -> Locator:
    role: str = aria
    return part.get_by_role(role).filter(visible=True)  # type: ignore[arg-type]


def _whole(name: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{_source(name)}\s*$")


def _within(name: str) -> re.Pattern[str]:
    """A part of a text, from the beginning of a word to the end of one."""
    before = r"(?<!\w)" if name[:1].isalnum() else ""
    after = r"(?!\w)" if name[-1:].isalnum() else ""
    return re.compile(f"{before}{_source(name)}{after}")


def _source(name: str) -> str:
    """As a pattern that Python and the browser read alike; a `{{ token }}` in the name stands for its figure."""
    return ".+?".join(map(_literal, re.split(r"\{\{.*?\}\}", name)))


def _literal(piece: str) -> str:
    escaped = re.sub(r"([\\^$.|?*+()\[\]{}/])", r"\\\1", piece)
    return re.sub(r"\s+", r"\\s+", escaped)


def instead(page: Page, role: str, name: str) -> str:
    """The end of the sentence: the nearest name, the role that the thing has, or what there is."""
    there = names_on(page.locator("body"))
    others = sorted({other for other, one in there if one == name and other not in _ARIA.get(role, ())})
    if others:
        return f"; “{name}” is a {' and a '.join(others)} there"
    names = [one for other, one in there if other in _ARIA.get(role, ())] if role != "text" else _texts(page)
    if role in _WRITTEN:
        names += [" ".join(text.split()) for text in _of_role(page, role).all_inner_texts()]
    nearest = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if nearest:
        return f"; did you mean “{nearest[0]}”?"
    if _hidden(page, name):
        return "; it is in the page, but hidden"
    listed = list(dict.fromkeys(one for one in names if len(one) <= _LONGEST))[:_MOST]
    return f"; there is {_listed(listed)}" if listed else f"; there is no {role} at all"


def _hidden(page: Page, name: str) -> bool:
    return page.get_by_text(name, exact=True).count() > 0


def names_on(part: Locator) -> list[tuple[str, str]]:
    """(role, name) of everything named in a part of a page, in order."""
    found = _LINE.finditer(part.aria_snapshot())
    return [(one["role"], one["name"].replace('\\"', '"').replace("''", "'")) for one in found]


def _texts(page: Page) -> list[str]:
    main = page.locator("main")
    text = (main.first if main.count() else page.locator("body")).inner_text()
    return [line.strip() for line in text.splitlines() if line.strip()]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)
