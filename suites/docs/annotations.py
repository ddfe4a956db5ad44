"""The annotated names of a guide → labels to look for, and what its numbered steps ask a person to do. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from suites.docs.guides import Guide
from suites.docs.markdown import ROLES, Block, Span
from suites.docs.plan import Act, LabelItem, StepItem

_CLICKED = ("button", "link", "checkbox", "radio", "tab")
_BROKEN = re.compile(r"""\{\.[^}"]*(?:"[^"\n}]*"[^}"]*)*"[^"\n}]*\n""")
_QUOTED = re.compile(r"“[^”]+”")
_KNOWN = ("at", "fill", "choose", "do")


def slug_of(text: str) -> str:
    """`"Save event"` → `"save-event"`."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def annotation_problems(guide: Guide, places: Collection[str]) -> list[str]:
    """A sentence with file and line for every name that nobody could look for."""
    found = []
    for block in guide.blocks:
        found += [f"{guide.where(block.line_of(name))}: “{name}” is bold and has no annotation" for name in block.bold]
        found += [
            f"{guide.where(block.line_of(quoted))}: {quoted} is quoted and has no annotation; "
            "what is not on the screen of the shop goes into italics"
            for quoted in _QUOTED.findall(block.text)
        ]
        if _BROKEN.search("\n".join(block.lines)):  # the parser would silently drop the second half
            found.append(f"{guide.where(block.line)}: a value in quotation marks is broken over two lines")
        for span in block.spans:
            found += [f"{guide.where(span.line)}: {problem}" for problem in _problems(span, places)]
    return found


def _problems(span: Span, places: Collection[str]) -> list[str]:
    found = []
    if span.role not in ROLES:
        found.append(f"“{span.text}” has the role “{span.role}”, and there are {', '.join(ROLES)}")
    at = span.attributes.get("at", "")
    if at not in places:
        found.append(f"“{span.text}” is at “{at}”, which is no known place" if at else f"“{span.text}” says no place")
    found += [f"“{span.text}” has an unknown attribute “{key}”" for key in span.attributes if key not in _KNOWN]
    if span.attributes.get("do", "look") != "look":
        found.append(f"“{span.text}” has do={span.attributes['do']}, and there is only do=look")
    return found


def labels_of(guide: Guide, places: Collection[str]) -> list[LabelItem]:
    """Every name once per role and place, with the first line that has it. What is no annotation is left out."""
    found: dict[tuple[str, str, str], LabelItem] = {}
    taken: set[str] = set()
    for span in guide.spans:
        at = span.attributes.get("at", "")
        key = (span.role, span.text, at)
        if span.role not in ROLES or at not in places or key in found:
            continue
        check = f"labels/{guide.slug}/{span.role}-{slug_of(span.text) or 'sign'}@{at}"
        while check in taken:  # names that differ in signs alone
            check += "+"
        taken.add(check)
        found[key] = LabelItem(check=check, where=guide.where(span.line), role=span.role, name=span.text, at=at)
    return list(found.values())


def numbered_steps(guide: Guide) -> list[StepItem]:
    """The items of all ordered lists, counted through the guide from 1, with what each asks to do."""
    items: dict[tuple[int, int], list[Block]] = {}
    for block in guide.blocks:
        if block.item:
            items.setdefault((block.list, block.item), []).append(block)
    return [
        StepItem(check=f"steps/{guide.slug}/{number}", where=guide.where(blocks[0].line), text=_text(blocks),
                 acts=[_act(guide, span) for block in blocks for span in block.spans])
        for number, blocks in enumerate(items.values(), start=1)
    ]  # fmt: skip


def _text(blocks: Sequence[Block]) -> str:
    return " ".join(block.text for block in blocks)


def _act(guide: Guide, span: Span) -> Act:
    told = span.attributes
    do, value = "look", ""
    if "fill" in told:
        do, value = "fill", told["fill"]
    elif "choose" in told:
        do, value = "choose", told["choose"]
    elif span.role in _CLICKED and told.get("do") != "look":
        do = "click"
    return Act.model_validate(
        {"where": guide.where(span.line), "role": span.role, "name": span.text, "do": do, "value": value}
    )
