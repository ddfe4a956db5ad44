"""From Markdown to the HTML of a page, with its headings, its links and its plain text for the search."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup
from mdit_py_plugins.attrs import attrs_plugin

from system_under_test.help import names
from system_under_test.help.errors import HelpError
from system_under_test.help.facts import fill_in
from system_under_test.help.links import resolve
from system_under_test.help.pictures import Picture
from system_under_test.help.sources import Source

_PICTURE = re.compile(r"pictures/([\w.-]+)")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading with its anchor; ``level`` is 2 or 3, for the page's own title is 1."""

    level: int
    anchor: str
    text: str


@dataclass(slots=True)
class Part:
    """What follows a heading up to the next one, as plain text; ``lead`` is the first paragraph as HTML."""

    heading: Heading | None
    words: list[str] = field(default_factory=list)
    lead: Markup | None = None

    @property
    def text(self) -> str:
        """The plain text on one line."""
        return " ".join(" ".join(self.words).split())


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page as HTML. ``links`` are the addresses within the shop that it leads to, each with its line."""

    html: Markup
    headings: Sequence[Heading]
    parts: Sequence[Part]
    links: Sequence[tuple[int, str]]


def anchor_of(text: str) -> str:
    """Return the anchor of a heading: its words in small letters with hyphens between."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")


def render_page(source: Source, facts: Mapping[str, str], pictures: Mapping[str, Picture]) -> Rendered:
    """Render a page; raises HelpError for whatever a reader should not meet."""
    return _Page(source, pictures).render(facts)


class _Page:
    def __init__(self, source: Source, pictures: Mapping[str, Picture]) -> None:
        self._source = source
        self._pictures = pictures
        self._markdown = MarkdownIt("commonmark", {"html": False}).enable("table").use(attrs_plugin, spans=True)
        self._markdown.add_render_rule("table_open", _open_table)
        self._markdown.add_render_rule("table_close", _close_table)
        self._headings: list[Heading] = []
        self._parts = [Part(None)]
        self._links: list[tuple[int, str]] = []

    def render(self, facts: Mapping[str, str]) -> Rendered:
        first = self._source.first_line
        lines = [fill_in(line, facts, self._source.file, n) for n, line in enumerate(self._source.lines, start=first)]
        tokens = self._markdown.parse("\n".join(lines))
        for before, token in zip([None, *tokens], tokens, strict=False):
            if token.type == "inline" and before is not None:
                self._take(before, token)
        html = Markup(self._markdown.renderer.render(tokens, self._markdown.options, {}))  # noqa: S704 - raw HTML is off
        return Rendered(html, self._headings, self._parts, self._links)

    def _take(self, before: Token, inline: Token) -> None:
        children = inline.children or []
        line = self._source.first_line + (inline.map or [0])[0]
        for at, child in names.with_lines(children, line):
            if problem := names.dress(child):
                raise self._wrong(at, problem)
            if child.type == "link_open":
                self._link(at, child)
            elif child.type == "image":
                self._picture(at, child)
        names.close(children)
        words = _plain(children)
        if before.type == "heading_open":
            self._heading(line, before, words)
            return
        part = self._parts[-1]
        if part.lead is None and before.type == "paragraph_open" and not part.words:
            part.lead = Markup(self._markdown.renderer.render([inline], self._markdown.options, {}))  # noqa: S704
        part.words.append(words)

    def _heading(self, line: int, opened: Token, text: str) -> None:
        level = int(opened.tag[1])
        last = self._headings[-1].level if self._headings else 1
        if level == 1 or level > min(3, last + 1):
            raise self._wrong(line, "headings are of level 2 or 3 and skip none; the page's title stands at its top.")
        anchor = anchor_of(text)
        if not anchor or any(anchor == known.anchor for known in self._headings):
            raise self._wrong(line, f"there is another heading “{text}” on this page; links could not tell them apart.")
        opened.attrs = {"id": anchor}
        heading = Heading(level, anchor, text)
        self._headings.append(heading)
        self._parts.append(Part(heading))

    def _link(self, line: int, token: Token) -> None:
        href = str(token.attrs["href"])
        address = resolve(href, self._source.section, self._source.slug)
        if address is None:
            raise self._wrong(line, f"the link to “{href}” leads nowhere.")
        token.attrs = {"href": address}
        if address.startswith("/"):
            self._links.append((line, address))
        elif address.startswith("https:"):
            token.attrs["rel"] = "noopener noreferrer external"

    def _picture(self, line: int, token: Token) -> None:
        source = str(token.attrs["src"])
        named = _PICTURE.fullmatch(source)
        picture = self._pictures.get(named[1]) if named else None
        if picture is None:
            raise self._wrong(line, f"there is no picture “{source}”.")
        if not token.content.strip():
            raise self._wrong(line, f"the picture “{source}” needs words for those who do not see it.")
        size: dict[str, Any] = {"width": picture.width, "height": picture.height}
        token.attrs = {"class": "shot", "src": picture.address, "alt": "", **size, "loading": "lazy"}

    def _wrong(self, line: int, sentence: str) -> HelpError:
        return HelpError(self._source.file, line, sentence)


def _plain(tokens: Sequence[Token]) -> str:
    words = (" " if t.type in ("softbreak", "hardbreak") else t.content for t in tokens if t.type != "image")
    return "".join(words)


# A table that is wider than a phone scrolls by itself, also by keyboard, and the page stays as it is.
def _open_table(*_: Any) -> str:
    return '<div class="wide" tabindex="0"><table>\n'


def _close_table(*_: Any) -> str:
    return "</table></div>\n"
