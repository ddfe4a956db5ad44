"""The Markdown files of the help centre: what stands before the text, and the text line by line."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from system_under_test.help.errors import HelpError

FOLDERS = {"help": "help-center", "legal": "legal"}
_FENCE = "---"
_NEEDED = ("title", "summary", "theme", "order", "changed")
_KNOWN = {*_NEEDED, "tooltips", "executable"}
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Source:
    """One file. ``file`` is its name as people of the project know it, ``first_line`` that of the text's first line.

    ``tooltips`` leads from the name of a tooltip to the anchor of the section whose first paragraph it shows.
    """

    file: str
    section: str
    slug: str
    title: str
    summary: str
    theme: str
    order: int
    changed: date
    tooltips: dict[str, str]
    first_line: int
    lines: tuple[str, ...]

    @property
    def address(self) -> str:
        """Where the shop shows it."""
        return f"/{self.section}/{self.slug}"


def read_sources(docs: Path) -> list[Source]:
    """Return every page of both folders in order; raises HelpError."""
    found = []
    for section, folder in FOLDERS.items():
        paths = sorted((docs / folder).glob("*.md"))
        if not paths:
            raise HelpError(f"{docs.name}/{folder}", 1, "there is no page in this folder.")
        pages = [read_source(path, section, f"{docs.name}/{folder}/{path.name}") for path in paths]
        found += sorted(pages, key=lambda page: (page.order, page.slug))
    return found


def read_source(path: Path, section: str, file: str) -> Source:
    """Read one file; raises HelpError."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if not _SLUG.fullmatch(path.stem):
        raise HelpError(file, 1, "the name of the file becomes an address: small letters, digits and hyphens only.")
    if not lines or lines[0] != _FENCE or _FENCE not in lines[1:]:
        raise HelpError(file, 1, "the page must begin with its title, summary and so on, between two lines “---”.")
    end = lines.index(_FENCE, 1)
    values: dict[str, str] = {}
    for number, line in enumerate(lines[1:end], start=2):
        key, colon, value = line.partition(":")
        if not colon or key not in _KNOWN or key in values or not value.strip():
            raise HelpError(file, number, f"“{line}” is none of: {', '.join(sorted(_KNOWN))}; each once, with a value.")
        values[key] = value.strip()
    if missing := [key for key in _NEEDED if key not in values]:
        raise HelpError(file, 1, f"the page lacks {', '.join(missing)}.")
    try:
        changed, order = date.fromisoformat(values["changed"]), int(values["order"])
    except ValueError:
        raise HelpError(file, 1, "“changed” is a day like 2026-11-23, “order” a whole number.") from None
    return Source(
        file=file,
        section=section,
        slug=path.stem,
        title=values["title"],
        summary=values["summary"],
        theme=values["theme"],
        order=order,
        changed=changed,
        tooltips=_tooltips(values.get("tooltips", ""), file),
        first_line=end + 2,
        lines=tuple(lines[end + 1 :]),
    )


def _tooltips(value: str, file: str) -> dict[str, str]:
    found = {}
    for part in filter(None, (item.strip() for item in value.split(","))):
        name, is_sign, anchor = part.partition("=#")
        if not is_sign or not _SLUG.fullmatch(name) or name in found:
            raise HelpError(file, 1, f"“{part}” is no tooltip: write name=#anchor, separated by commas.")
        found[name] = anchor
    return found
