"""All pages of the help centre and the legal pages, read and checked once, at the start of the shop."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from markupsafe import Markup

from system_under_test.help.errors import HelpError
from system_under_test.help.facts import collect_facts
from system_under_test.help.links import is_page_of_help
from system_under_test.help.markdown import Part, Rendered, render_page
from system_under_test.help.pictures import Picture, read_pictures
from system_under_test.help.sources import Source, read_sources
from system_under_test.settings import AppSettings

BESIDE_THE_PACKAGE = Path(__file__).parents[2] / "docs"
# The legal pages that the shop must have: footer and checkout name them.
LEGAL_PAGES = ("terms", "privacy")
# Where the shop's pages show a "?"; see web/pages/_tooltip.html.
TOOLTIPS = ("emoji-picker", "holidays", "sky", "pdf", "prints")
TOOLTIP_LENGTH = 260  # characters: more does not fit beside what it explains


@dataclass(frozen=True, slots=True)
class Tooltip:
    """A short help: ``html`` is the first paragraph of a section, ``address`` the section itself."""

    name: str
    title: str
    html: Markup
    address: str


@dataclass(frozen=True)
class Page:
    """A page with where it comes from."""

    source: Source
    rendered: Rendered

    @cached_property
    def anchors(self) -> frozenset[str]:
        """The anchors that a link may name."""
        return frozenset(heading.anchor for heading in self.rendered.headings)


@dataclass(frozen=True, slots=True)
class Library:
    """Everything that is shown below ``/help`` and ``/legal``; ``themes`` are the help pages by theme, in order."""

    pages: Mapping[str, Page]
    pictures: Mapping[str, Picture]
    tooltips: Mapping[str, Tooltip]

    @property
    def themes(self) -> Mapping[str, Sequence[Page]]:
        """The pages of the help centre by their theme."""
        found: dict[str, list[Page]] = {}
        for page in self.of_section("help"):
            found.setdefault(page.source.theme, []).append(page)
        return found

    def of_section(self, section: str) -> Sequence[Page]:
        """Return the pages of ``help`` or ``legal`` in order."""
        return [page for page in self.pages.values() if page.source.section == section]

    def neighbours(self, page: Page) -> tuple[Page | None, Page | None]:
        """Return the page before and the one after, within the same section."""
        row = self.of_section(page.source.section)
        at = row.index(page)
        return (row[at - 1] if at else None), (row[at + 1] if at + 1 < len(row) else None)


def open_library(settings: AppSettings) -> Library:
    """Read, render and check all pages; raises HelpError, so that the shop does not start with a wrong one."""
    docs = settings.docs_dir or BESIDE_THE_PACKAGE
    facts, pictures = collect_facts(settings), read_pictures(docs)
    pages = {source.address: Page(source, render_page(source, facts, pictures)) for source in read_sources(docs)}
    for slug in LEGAL_PAGES:
        if f"/legal/{slug}" not in pages:
            raise HelpError(f"{docs.name}/legal/{slug}.md", 1, "this page is missing.")
    for page in pages.values():
        _check_links(page, pages)
    tooltips = {tooltip.name: tooltip for page in pages.values() for tooltip in _tooltips(page)}
    if missing := [name for name in TOOLTIPS if name not in tooltips]:
        raise HelpError(f"{docs.name}/help-center/editor.md", 1, f"no page has the tooltip “{missing[0]}”.")
    return Library(pages, pictures, tooltips)


def _check_links(page: Page, pages: Mapping[str, Page]) -> None:
    for line, address in page.rendered.links:
        path, _, anchor = address.partition("#")
        if not is_page_of_help(path):
            continue
        target = pages.get(path)
        if target is None:
            raise HelpError(page.source.file, line, f"there is no page {path}.")
        if anchor and anchor not in target.anchors:
            raise HelpError(page.source.file, line, f"the page {path} has no heading “#{anchor}”.")


def _tooltips(page: Page) -> Iterator[Tooltip]:
    parts: dict[str, Part] = {part.heading.anchor: part for part in page.rendered.parts if part.heading}
    for name, anchor in page.source.tooltips.items():
        part = parts.get(anchor)
        if part is None or part.heading is None or part.lead is None:
            raise HelpError(
                page.source.file, 1, f"the tooltip “{name}” needs a section #{anchor} that begins with text."
            )
        if name not in TOOLTIPS:
            raise HelpError(page.source.file, 1, f"the shop shows no tooltip “{name}”.")
        if len(part.lead.striptags()) > TOOLTIP_LENGTH:
            what = f"the first paragraph of “{part.heading.text}” is a tooltip: at most {TOOLTIP_LENGTH} characters."
            raise HelpError(page.source.file, 1, what)
        yield Tooltip(name, part.heading.text, part.lead, f"{page.source.address}#{anchor}")
