"""The Markdown of a guide: blocks with their lines, and the annotated names in them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_plugin

ROLES = ("button", "link", "field", "select", "option", "checkbox", "radio", "tab", "heading", "text")
TYPED = "typed"  # a figure that is typed on purpose, with a reason
_TOKEN = re.compile(r"\{\{.*?\}\}")


@dataclass(frozen=True)
class Span:
    """`[Save event]{.button at=editor}`.

    Attributes:
        role: one of ROLES, or the class as it was written; empty without one.
        line: from 1.
    """

    text: str
    role: str
    attributes: dict[str, str]
    line: int


@dataclass(frozen=True)
class Block:
    """A paragraph, heading or table cell.

    Attributes:
        text: as a reader sees it, with `{{ tokens }}` as written.
        prose: the same without what is marked `{.typed}`.
        typed: what is marked so.
        lines: the source lines, of which the first is number `line`.
        item: number of the innermost item of an ordered list, from 1 within its list; 0 outside.
        list: number of that list in the guide, from 1; 0 outside.
    """

    kind: str
    text: str
    prose: str
    line: int
    lines: tuple[str, ...]
    spans: tuple[Span, ...]
    typed: tuple[Span, ...]
    bold: tuple[str, ...]
    images: tuple[tuple[str, str], ...]
    links: tuple[str, ...]
    item: int = 0
    list: int = 0

    def line_of(self, piece: str) -> int:
        """The line on which this text of the block begins; the block's first where it is not found."""
        return _find(self.lines, self.line, piece, 0)[0]


def read_blocks(markdown: str) -> list[Block]:
    """Every block with text in it, in order. Front matter must be gone (its lines left empty)."""
    parser = MarkdownIt("commonmark").enable("table").use(attrs_plugin, spans=True)
    lines, blocks, places = markdown.splitlines(), [], _Places()
    for token in parser.parse(markdown):
        places.pass_by(token)
        if token.type == "inline":
            first, end = token.map or [0, len(lines)]
            blocks.append(_block(token, places, first + 1, lines[first:end]))
    return blocks


@dataclass
class _Places:
    """Where in lists and headings the parser is."""

    kind: str = "paragraph"
    lists: int = 0
    _open: list[list[int]] = field(default_factory=list)  # per open list: [its number or 0, item]

    def pass_by(self, token: Token) -> None:
        if token.type.endswith("_open"):
            self.kind = token.tag if token.type == "heading_open" else token.type.removesuffix("_open")
        if token.type == "ordered_list_open":
            self.lists += 1
            self._open.append([self.lists, 0])
        elif token.type == "bullet_list_open":
            self._open.append([0, 0])
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            self._open.pop()
        elif token.type == "list_item_open":
            self._open[-1][1] += 1

    @property
    def step(self) -> tuple[int, int]:
        """(list, item) of the innermost ordered list."""
        return next(((one[0], one[1]) for one in reversed(self._open) if one[0]), (0, 0))


@dataclass
class _Reading:
    """Texts under way while the children of a block are read."""

    text: list[str] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)
    stack: list[tuple[Token, int]] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    typed: list[Span] = field(default_factory=list)
    bold: list[str] = field(default_factory=list)
    named: list[tuple[str, int]] = field(default_factory=list)  # annotated names, and where each begins

    def add(self, text: str) -> None:
        if not any(_classes(token) == [TYPED] for token, _ in self.stack):
            self.prose.append(text)
        self.text.append(text)

    def since(self, at: int) -> str:
        return " ".join("".join(self.text[at:]).split())


def _block(token: Token, places: _Places, line: int, lines: Sequence[str]) -> Block:
    reading, images, links, searched = _Reading(), [], [], 0
    for child in token.children or []:
        if child.type in ("span_open", "strong_open"):
            reading.stack.append((child, len(reading.text)))
        elif child.type in ("span_close", "strong_close"):
            opened, at = reading.stack.pop()
            name = reading.since(at)
            if opened.type == "strong_open":
                reading.bold += [name] if not _inside(reading, at) else []
                continue
            found, searched = _find(lines, line, f"[{name}]", searched)
            reading.named.append((name, at))
            (reading.typed if _classes(opened) == [TYPED] else reading.spans).append(_span(opened, name, found))
        elif child.type == "image":
            images.append((str(child.attrs.get("src", "")), child.content))
        elif child.type == "link_open":
            links.append(str(child.attrs.get("href", "")))
        elif child.type in ("softbreak", "hardbreak"):
            reading.add(" ")
        elif child.content:
            reading.add(child.content)
    item_list, item = places.step
    return Block(
        kind=places.kind, text=reading.since(0), prose=" ".join("".join(reading.prose).split()), line=line,
        lines=tuple(lines), spans=tuple(reading.spans), typed=tuple(reading.typed), bold=tuple(reading.bold),
        images=tuple(images), links=tuple(links), item=item, list=item_list,
    )  # fmt: skip


def _inside(reading: _Reading, at: int) -> bool:
    """Bold inside an annotated name, or around nothing but one."""
    around = [name for name, began in reading.named if began >= at]
    return any(_classes(token) for token, _ in reading.stack) or around == [reading.since(at)]


def _span(opened: Token, name: str, line: int) -> Span:
    attributes = {key: str(value) for key, value in opened.attrs.items() if key != "class"}
    return Span(name, " ".join(_classes(opened)), attributes, line)


def _classes(token: Token) -> list[str]:
    return str(token.attrs.get("class", "")).split()


def _find(lines: Sequence[str], first: int, piece: str, start: int) -> tuple[int, int]:
    """(line, where to go on): the place of a text in the lines, however it is broken; else the first line."""
    source = "\n".join(lines)
    words = r"\s+".join(re.escape(word) for word in piece.split())
    found = re.compile(words).search(source, start) if words else None
    if found is None:
        return first, start
    return first + source.count("\n", 0, found.start()), found.end()


def tokens_in(text: str) -> Iterator[str]:
    """`{{ prices.a4 }}` → `prices.a4`, in order."""
    return (found[0][2:-2].strip() for found in _TOKEN.finditer(text))


def without_tokens(text: str) -> str:
    """The text with every `{{ token }}` taken out; a word that is no number stands in its place."""
    return _TOKEN.sub("…", text)
