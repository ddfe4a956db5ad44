"""The search: words of a question against title, heading and text of every section."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from markupsafe import Markup, escape

from system_under_test.help.library import Library
from system_under_test.help.markdown import Part

QUERY_LENGTH = 100  # characters
MOST = 20  # results
_BEFORE, _LONGEST = 60, 200  # characters of a snippet before the first hit, and in all
# How much a word counts where it stands.
_IN_TITLE, _IN_HEADING, _IN_TEXT = 100, 10, 1
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SMALL = frozenset(
    re.findall(
        r"\w+",
        """a an and are as at be by can could do does for from get have how i if in is it me my of on or our please
        should that the them then there they this to was we what when where which who why will with you your""",
    )
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A section that was found; ``snippet`` has the words of the question marked."""

    address: str
    title: str
    heading: str | None
    snippet: Markup


@dataclass(frozen=True, slots=True)
class _Entry:
    address: str
    title: str
    heading: str | None
    text: str
    title_words: frozenset[str]
    heading_words: frozenset[str]
    text_words: frozenset[str]

    def has(self, wanted: str) -> bool:
        """Tell whether a word of the question occurs here, or in the title of the page."""
        return any(word.startswith(wanted) for word in self.title_words | self.heading_words | self.text_words)

    def score(self, wanted: str) -> int:
        """What a word counts here. The title counts at the top of its page only, not for each of its sections."""
        title = self.title_words if self.heading is None else frozenset()
        places = ((title, _IN_TITLE), (self.heading_words, _IN_HEADING), (self.text_words, _IN_TEXT))
        return sum(value for words, value in places if any(word.startswith(wanted) for word in words))


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are compared: small, without accents, without a plural's s."""
    return [_fold(found.group()) for found in _WORD.finditer(text)]


def _fold(word: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
    plain = plain.replace("’", "'").removesuffix("'s").replace("'", "")
    return plain.removesuffix("s") if len(plain) > 3 else plain


class Search:
    """An index over a library, made once."""

    def __init__(self, library: Library) -> None:
        self._entries = list(_entries(library))

    def find(self, question: str) -> list[Hit]:
        """Return the sections that have every word of the question, or else most of them; the best first."""
        asked = list(dict.fromkeys(words_of(question[:QUERY_LENGTH])))
        wanted = [word for word in asked if word not in _SMALL] or asked
        if not wanted:
            return []
        found = [
            (sum(map(entry.has, wanted)), score, entry)
            for entry in self._entries
            if (score := sum(map(entry.score, wanted)))
        ]
        # Sections with every word, or else with most of them; half of a question is no answer to it.
        most = max((count for count, *_ in found), default=0)
        if 2 * most <= len(wanted) and most < len(wanted):
            return []
        best = sorted((one for one in found if one[0] == most), key=lambda one: -one[1])
        return [_hit(entry, wanted) for *_, entry in best[:MOST]]


def _entries(library: Library) -> Iterator[_Entry]:
    for page in library.pages.values():
        title, parts = page.source.title, page.rendered.parts
        for number, part in enumerate(parts):
            heading = part.heading.text if part.heading else None
            text = (part.text or _below(parts[number:])) if part.heading else f"{page.source.summary} {part.text}"
            address = f"{page.source.address}#{part.heading.anchor}" if part.heading else page.source.address
            words = (frozenset(words_of(one)) for one in (title, heading or "", text))
            yield _Entry(address, title, heading, text, *words)


def _below(parts: Sequence[Part]) -> str:
    """Return the headings beneath the first part: all that a heading without text of its own has to show."""
    below = takewhile(lambda part: part.heading is not None and part.heading.level > 2, parts[1:])
    return " · ".join(part.heading.text for part in below if part.heading)


def _hit(entry: _Entry, wanted: Sequence[str]) -> Hit:
    return Hit(entry.address, entry.title, entry.heading, snippet_of(entry.text, wanted))


def snippet_of(text: str, wanted: Sequence[str]) -> Markup:
    """Return a piece of a text round the first word of the question, escaped, with each such word marked."""
    hits = [found for found in _WORD.finditer(text) if _fold(found.group()).startswith(tuple(wanted))]
    begin = max(0, hits[0].start() - _BEFORE) if hits else 0
    # Not in the middle of a word.
    begin = text.rfind(" ", 0, begin) + 1 if begin else 0
    end = begin + _LONGEST
    end = text.rfind(" ", begin, end) if end < len(text) and " " in text[begin:end] else min(end, len(text))
    made, at = escape("… " if begin else ""), begin
    for found in hits:
        if found.end() <= end:
            made += escape(text[at : found.start()]) + Markup("<mark>{}</mark>").format(found.group())
            at = found.end()
    return made + escape(text[at:end]) + (" …" if end < len(text) else "")
