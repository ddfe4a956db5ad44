"""What served pages show and where their links lead. No browser but for the links of places."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote, urljoin, urlsplit

import httpx

from suites.docs.looks.seen import Seen, judged
from suites.docs.plan import FoundItem, LinksItem, PartItem, PlaceLinksItem, QuestionsItem
from suites.docs.world import UnreachableError, World

_OUTSIDE = re.compile(
    r"^(https?://[\w.-]+\.[a-z]{2,}(:\d+)?([/?#]\S*)?|mailto:[^@\s]+@[\w.-]+\.[a-z]{2,}(\?\S*)?)$", re.I
)
_INTO_HELP = re.compile(r"^/(help|legal)(/|#|\?|$)")
_EXAMPLE = re.compile(r"\b(for example|for instance|example|such as|say,|e\.g\.)", re.IGNORECASE)


def follow_links(item: LinksItem, world: World) -> Seen:
    """Every link of the page."""
    status, page, _ = world.served(item.address)
    if status != 200:
        return judged([f"{item.where}: {item.address} answers {status}"])
    links = [*page.links, *page.footer_links]
    if not links:
        return judged([f"{item.where}: {item.address} has no link at all, not even in its footer"])
    return judged(_dead(links, item.address, item.written, world))


def follow_place(item: PlaceLinksItem, world: World) -> Seen:
    """The links of a place into help and legal pages, those in closed tooltips too."""
    try:
        page = world.at(item.at)
    except UnreachableError as error:
        return judged([str(error)])
    hrefs = page.locator("a[href]").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    into = [href for href in hrefs if _INTO_HELP.match(href)]
    if not into:
        return judged([f"no link at {item.at} leads to a help page"], lambda: world.picture_of(item.at))
    return judged(_dead(into, urlsplit(page.url).path, {}, world), lambda: world.picture_of(item.at))


def find_from_index(item: FoundItem, world: World) -> Seen:
    """Whether the index or its footer leads to the guide."""
    _, page, _ = world.served(item.index)
    linked = {urljoin(item.index, href).partition("#")[0] for href in [*page.links, *page.footer_links]}
    if item.address in linked:
        return judged([])
    return judged([f"{item.where}: neither {item.index} nor its footer has a link to {item.address}"])


def look_at_part(item: PartItem, world: World) -> Seen:
    """Whether the part is there and says something."""
    status, page, _ = world.served(item.address)
    if status != 200:
        return judged([f"{item.where}: {item.address} answers {status}"])
    texts = page.part(item.anchor)
    if texts is None:
        anchors = [one.anchor for one in page.texts if one.level and one.anchor]
        near = " or ".join(f"#{one}" for one in difflib.get_close_matches(item.anchor, anchors, n=2, cutoff=0.3))
        hint = f"did you mean {near}?" if near else f"it has {len(anchors)} others"
        return judged([f"{item.where}: {item.address} has no part #{item.anchor}; {hint}"])
    said = " ".join(texts)
    problems = []
    if len(said.split()) < item.words:
        problems.append(f"{item.where}: #{item.anchor} says no more than “{said}”")
    if item.example and not _EXAMPLE.search(said):
        problems.append(f"{item.where}: #{item.anchor} gives no example")
    return judged(problems)


def count_questions(item: QuestionsItem, world: World) -> Seen:
    """Whether enough questions have an answer."""
    status, page, _ = world.served(item.address)
    if status != 200:
        return judged([f"{item.where}: {item.address} answers {status}"])
    asked = page.questions()
    bare = [
        f"{item.where}: “{question}” has no answer" for question, answer in asked if len(answer.split()) < item.words
    ]
    if len(dict(asked)) < item.least:
        bare.append(f"{item.where}: {len(dict(asked))} questions of at least {item.least}")
    return judged(bare)


def _dead(links: Sequence[str], base: str, written: Mapping[str, str], world: World) -> list[str]:
    problems = []
    for href in dict.fromkeys(links):
        trouble = _trouble(href, base, world)
        if trouble:
            problems.append(f"{_place(href, base, written)}: the link {href} {trouble}")
    return problems


def _place(href: str, base: str, written: Mapping[str, str]) -> str:
    """File and line where the sources have the link, as it was written or rewritten; else the page."""
    ends = {end for end in (href, href.rpartition("/")[2]) if end}
    for link, where in written.items():
        if link in ends or link.replace(".md", "").rpartition("/")[2] in ends:
            return where
    return base


def _trouble(href: str, base: str, world: World) -> str:
    """What is wrong with a link; empty when a reader gets somewhere."""
    if urlsplit(href).scheme or href.startswith("//"):
        return "" if _OUTSIDE.fullmatch(href) or href.startswith(world.base_url) else "is no address"
    if not href:
        return "is empty"
    path, _, anchor = urljoin(base, href).partition("#")
    try:
        status, page, _ = world.served(path)
    except httpx.HTTPError as error:
        return f"gets no answer ({type(error).__name__})"
    if status != 200:
        return f"answers {status}"
    if anchor and unquote(anchor) not in page.anchors:
        return f"leads to {path}, where nothing is called #{anchor}"
    return ""
