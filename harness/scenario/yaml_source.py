"""YAML → plain data that remembers where every key and value stands.

Read event by event rather than loaded: no tag is ever constructed, nothing is ever expanded, and a duplicate key
is seen as one. Anchors, aliases and merge keys are refused: a scenario is read by people, from top to bottom.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.scenario.problems import KeyPath, Position, Problem, show
from harness.scenario.scalars import resolve
from harness.scenario.yaml_words import Broken, events, text_of

MAX_BYTES = 1 << 18
MAX_DEPTH = 24
MAX_PROBLEMS = 50  # a file with more is no attempt at a scenario
_TEXT_TAG = "tag:yaml.org,2002:str"


@dataclass
class Source:
    """One file as data.

    Attributes:
        file: as it is cited in messages.
        data: dicts with text keys, lists, and YAML 1.2 scalars; None where the file has no document.
        keys: place of each key, by path.
        values: place of each value, by path.
        problems: those of the YAML itself; what the content means is checked elsewhere.
    """

    file: str
    data: Any = None
    keys: dict[KeyPath, Position] = field(default_factory=dict)
    values: dict[KeyPath, Position] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, what: str, path: KeyPath = (), *, advice: str = "", at_key: bool = False) -> Problem:
        """A problem at the value of `path`, or at its key; at the nearest parent where the path does not exist."""
        first, second = (self.keys, self.values) if at_key else (self.values, self.keys)
        known = path
        while known and known not in first and known not in second:
            known = known[:-1]
        position = first.get(known) or second.get(known) or Position(1, 1)
        return Problem(what, file=self.file, position=position, path=path, advice=advice)

    def line(self, path: KeyPath) -> int:
        """Line of a value, from 1."""
        return self.problem("", path).position.line


def read_source(path: Path, file: str) -> Source:
    """Reads a file that people write. Never raises for its content: `problems` says what is wrong."""
    source = Source(file)
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        source.problems.append(source.problem(f"cannot be read: {error.strerror or error}"))
        return source
    return parse_source(raw, file)


def parse_source(raw: bytes, file: str) -> Source:
    """The same for bytes that are already there."""
    source = Source(file)
    try:
        if len(raw) > MAX_BYTES:
            raise Broken(f"the file is larger than {MAX_BYTES // 1024} KiB", Position(1, 1))
        _Builder(source, events(text_of(raw))).document()
    except Broken as broken:
        source.data = None
        source.problems.append(
            Problem(broken.what, file=file, position=broken.position, advice=broken.advice),
        )
    return source


class _Builder:
    """Turns parser events into data, noting places and problems in the source."""

    def __init__(self, source: Source, stream: Iterator[Any]) -> None:
        self.source, self.stream = source, stream

    def document(self) -> None:
        event = self._next()
        if event.kind == "StreamEnd":
            raise Broken("the file is empty", Position(1, 1), "launchgate validate --help shows an example")
        self.source.data = self._node(self._next(), ())
        self._next()  # DocumentEnd
        if (event := self._next()).kind != "StreamEnd":
            raise Broken("a second document begins here", event.position, "write one document per file")
        if self.source.data is None and not self.source.problems:
            raise Broken("the file holds nothing", Position(1, 1))

    def _next(self) -> Any:
        return next(self.stream)

    def _note(self, what: str, position: Position, path: KeyPath, advice: str = "") -> None:
        if len(self.source.problems) >= MAX_PROBLEMS:
            raise Broken(f"more than {MAX_PROBLEMS} mistakes in one file", position)
        self.source.problems.append(Problem(what, file=self.source.file, position=position, path=path, advice=advice))

    def _node(self, event: Any, path: KeyPath) -> Any:
        if len(path) > MAX_DEPTH:
            raise Broken(f"nested more than {MAX_DEPTH} levels deep", event.position)
        self.source.values[path] = event.position
        if event.kind == "Alias" or event.anchor:
            sign = "*" if event.kind == "Alias" else "&"
            self._note(
                f"{sign}{event.anchor} is an anchor or alias; they are not used here", event.position, path,
                "write the value out; text that begins with * or & needs quotes",
            )  # fmt: skip
        if event.kind == "MappingStart":
            return self._mapping(event, path)
        if event.kind == "SequenceStart":
            return self._sequence(event, path)
        return self._scalar(event, path) if event.kind == "Scalar" else None

    def _mapping(self, start: Any, path: KeyPath) -> dict[str, Any]:
        self._no_tag(start, path)
        found: dict[str, Any] = {}
        while (event := self._next()).kind != "MappingEnd":
            key = self._key(event, path)
            inner = (*path, key)
            if key in found:
                first = self.source.keys[inner].line
                self._note(f"the key {show(key)} is there twice, first in line {first}", event.position, inner)
                self._forget(inner)
            self.source.keys[inner] = event.position
            found[key] = self._node(self._next(), inner)
        return found

    def _forget(self, path: KeyPath) -> None:
        """Places of a value that a duplicate key replaces."""
        for places in (self.source.keys, self.source.values):
            for old in [p for p in places if p[: len(path)] == path]:
                del places[old]

    def _key(self, event: Any, path: KeyPath) -> str:
        value = self._node(event, (*path, "?"))
        if isinstance(value, str) and value != "<<":
            return value
        if value == "<<":
            self._note("merge keys (<<) are not used here", event.position, path, "write the keys out")
        else:
            self._note(f"a key must be text, not {show(value)}", event.position, path, "put it in quotes")
        return str(getattr(event, "text", value))

    def _sequence(self, start: Any, path: KeyPath) -> list[Any]:
        self._no_tag(start, path)
        found: list[Any] = []
        while (event := self._next()).kind != "SequenceEnd":
            found.append(self._node(event, (*path, len(found))))
        return found

    def _scalar(self, event: Any, path: KeyPath) -> Any:
        if event.tag == _TEXT_TAG or (not event.plain and not event.tag):
            return event.text
        self._no_tag(event, path)
        try:
            return resolve(event.text) if event.plain else event.text
        except ValueError as error:
            self._note(f"{show(event.text)}: {error}", event.position, path)
            return None

    def _no_tag(self, event: Any, path: KeyPath) -> None:
        if event.tag:
            written = f"{event.tag} {event.text}".strip()
            self._note(
                f"{show(event.tag)} is a YAML tag; they are not used here", event.position, path,
                f"text that begins with ! needs quotes: {show(written)}",
            )  # fmt: skip
