"""A served page, read without a browser: its texts, headings, links, anchors and pictures. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BLOCKS = _HEADINGS | {
    "p", "li", "ul", "ol", "td", "th", "tr", "table", "dt", "dd", "dl", "blockquote", "figure", "figcaption",
    "summary", "details", "div", "section", "article", "main", "nav", "header", "footer", "aside", "form", "label",
    "button",
}  # fmt: skip
_SILENT = frozenset(("script", "style", "svg", "template", "noscript"))


@dataclass
class Text:
    """A piece of text between two block boundaries of the page's main part. `level` is 1 to 6 in a heading, else 0."""

    text: str
    level: int = 0
    anchor: str = ""


@dataclass(frozen=True)
class Picture:
    """An `img`, with what its tag says."""

    source: str
    alt: str | None
    width: str
    height: str


@dataclass
class ServedPage:
    """What a reader of the page finds."""

    texts: list[Text] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    footer_links: list[str] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)

    def part(self, anchor: str) -> list[str] | None:
        """The texts under a heading, up to the next one that is as high; None without such a heading."""
        begins = next((n for n, one in enumerate(self.texts) if one.level and one.anchor == anchor), None)
        if begins is None:
            return None
        level, found = self.texts[begins].level, []
        for one in self.texts[begins + 1 :]:
            if one.level and one.level <= level:
                break
            found.append(one.text)
        return found

    def questions(self) -> list[tuple[str, str]]:
        """(question, answer) for every heading or summary that ends with a question mark."""
        found: list[tuple[str, list[str]]] = []
        for one in self.texts:
            if one.text.endswith("?") and (one.level or one.anchor == "summary"):
                found.append((one.text, []))
            elif one.level:
                found.append(("", []))
            elif found:
                found[-1][1].append(one.text)
        return [(question, " ".join(answer)) for question, answer in found if question]


def read_page(html: str) -> ServedPage:
    """Reads a page; broken markup gives what can be had of it."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.flush()
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = ServedPage()
        self._buffer: list[str] = []
        self._open: list[str] = []
        self._heading = Text("")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if "id" in told:
            self.page.anchors.add(told["id"])
        if tag == "a" and "href" in told:
            (self.page.footer_links if "footer" in self._open else self.page.links).append(told["href"])
        if tag == "img":
            alt = told.get("alt") if any(name == "alt" for name, _ in attrs) else None
            self.page.pictures.append(Picture(told.get("src", ""), alt, told.get("width", ""), told.get("height", "")))
        if tag in _BLOCKS:
            self.flush()
            self._open.append(tag)
        elif tag in _SILENT:
            self._open.append(tag)
        if tag in _HEADINGS:
            self._heading = Text("", int(tag[1]), told.get("id", ""))
        elif self._heading.level and not self._heading.anchor:
            self._heading.anchor = told.get("id", "")
        if tag == "br":
            self._buffer.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.flush()
        if tag in self._open:
            while self._open and self._open.pop() != tag:
                pass
        if tag in _HEADINGS:
            self._heading = Text("")

    def handle_data(self, data: str) -> None:
        if not _SILENT.intersection(self._open):
            self._buffer.append(data)

    def flush(self) -> None:
        """Ends the text under way."""
        text = " ".join("".join(self._buffer).split())
        self._buffer.clear()
        if text and "main" in self._open:
            anchor = self._heading.anchor or ("summary" if "summary" in self._open else "")
            self.page.texts.append(Text(text, self._heading.level, anchor))
