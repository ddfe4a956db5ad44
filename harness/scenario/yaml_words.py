"""The YAML parser, its errors put into the words of whoever wrote the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

from harness.scenario.problems import Position, show

# (what the parser says, what we say, the next step, whether the place is where the broken thing begins)
_WORDS: tuple[tuple[str, str, str, bool], ...] = (
    (r"found character '\\t'", "a tab: YAML indents with spaces only", "replace it by spaces", False),
    (r"found character '(.)' that cannot", "text cannot begin with {0}", "put the text in quotes", False),
    (r"scanning a block scalar", "'>' and '|' begin a block of text", "put a threshold in quotes: \"> 5s\"", True),
    (r"scanning an (?:alias|anchor)", "'*' and '&' begin an alias or anchor", "put the text in quotes", True),
    (r"scanning a quoted scalar.*end of (?:stream|document)", "the quote that opens here is never closed", "", True),
    (r"scanning a double.quoted scalar", "a wrong escape in double quotes", "use single quotes", False),
    (r"mapping values are not allowed", "a ':' where none can stand",
     "put text with ': ' in quotes; check the indentation", False),
    (r"could not find expected ':'", "a key without ':'", "write 'key: value'", True),
    (r"parsing a flow sequence", "what this '[' opens is not closed", "add ']', or put text with ': ' in quotes", True),
    (r"parsing a flow mapping", "what this '{{' opens is not closed", "add '}', or put text with ': ' in quotes", True),
    (r"parsing a block (?:mapping|collection)", "the indentation does not fit", "align it with the keys above", False),
)  # fmt: skip


class Broken(Exception):
    """The file cannot be read any further."""

    def __init__(self, what: str, position: Position, advice: str = "") -> None:
        super().__init__(what)
        self.what, self.position, self.advice = what, position, advice


@dataclass(frozen=True)
class Event:
    """What the parser saw, without its internals."""

    kind: str
    position: Position
    text: str = ""
    tag: str = ""
    anchor: str = ""
    plain: bool = False


def text_of(raw: bytes) -> str:
    """Decodes UTF-8, with or without a byte order mark. Raises Broken with the place of the first wrong byte."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", errors="replace")
        advice = "save the file as UTF-8"
        raise Broken(f"byte 0x{raw[error.start]:02x} is not UTF-8", _place(before, len(before)), advice) from None


def events(text: str) -> Iterator[Event]:
    """Parser events without the start of the stream. Raises Broken for anything that is no YAML."""
    stream = YAML(typ="safe", pure=True).parse(text)
    last = Position(1, 1)
    try:
        for raw in stream:
            event = _event(raw)
            last = event.position
            if event.kind != "StreamStart":
                yield event
    except MarkedYAMLError as error:
        raise _in_words(error, last) from None
    except ReaderError as error:
        place = _place(text, error.position)
        raise Broken(f"the character {show(chr(error.character))} is not allowed", place, "remove it") from None
    except (ValueError, TypeError, AttributeError, IndexError, OverflowError, RecursionError) as error:
        # The parser itself trips over some escapes and directives; for its reader the file is simply no YAML.
        raise Broken(f"not YAML: {show(str(error))}", last, "look at the line named and the next one") from None


def _event(raw: Any) -> Event:
    kind = type(raw).__name__.removesuffix("Event")
    position = Position(raw.start_mark.line + 1, raw.start_mark.column + 1)
    if kind not in ("Scalar", "Alias", "MappingStart", "SequenceStart"):
        return Event(kind, position)
    text = raw.value if kind == "Scalar" else ""
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise Broken("half of a surrogate pair is no character", position, "write the character itself")
    plain = kind == "Scalar" and raw.style is None
    tag = "" if kind == "Alias" or raw.tag is None else str(raw.tag)
    return Event(kind, position, text, tag, raw.anchor or "", plain)


def _in_words(error: MarkedYAMLError, last: Position) -> Broken:
    said = f"{error.context or ''} {error.problem or ''}"
    mark, what, advice = error.problem_mark, f"not YAML: {show(said.strip())}", ""
    for pattern, words, step, at_start in _WORDS:
        if found := re.search(pattern, said):
            what, advice = words.format(*(show(group) for group in found.groups())), step
            mark = (error.context_mark if at_start else None) or mark
            break
    return Broken(what, Position(mark.line + 1, mark.column + 1) if mark else last, advice)


def _place(text: str, index: int) -> Position:
    before = text[:index]
    return Position(before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1)
