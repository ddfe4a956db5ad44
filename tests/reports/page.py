"""Reads a report as a program would: figures by table, ids, links, texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Cell:
    """One `<data>` element: a figure of the page."""

    key: str
    value: str
    text: str = ""
    row: str = ""


@dataclass
class Page(HTMLParser):
    """What a page holds."""

    tables: dict[str, list[Cell]] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    pills: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._table = ""
        self._cell: Cell | None = None
        self._pill = False
        self._row = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.ids += [at["id"]] if "id" in at else []
        self.links += [at[name] for name in ("href", "src", "xlink:href") if name in at]
        if tag == "table":
            self._table = at.get("class", "")
        if tag == "tr":
            self._row = at.get("data-op", "")
        if tag == "data":
            self._cell = Cell(at["data-key"], at["value"], row=self._row)
            self.tables.setdefault(self._table, []).append(self._cell)
        self._pill = "pill" in at.get("class", "").split()

    def handle_endtag(self, tag: str) -> None:
        if tag == "data":
            self._cell = None
        if tag == "table":
            self._table = ""

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.text += data
        if self._pill:
            self.pills.append(data)
            self._pill = False


def read_page(html: str) -> Page:
    """The page, parsed."""
    page = Page()
    page.feed(html)
    return page
