"""One problem of one file: where it is, what is wrong, what was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from harness.model.errors import LaunchgateError

KeyPath = tuple[str | int, ...]
_LISTED = 12  # known names shown in full; beyond that the list helps nobody


class Position(NamedTuple):
    """A place in a file, both counted from 1."""

    line: int
    column: int


class Problem(LaunchgateError):
    """A mistake in a file, at `file:line:column`."""

    def __init__(self, what: str, *, file: str, position: Position, path: KeyPath = (), advice: str = "") -> None:
        super().__init__(what, where=f"{file}:{position.line}:{position.column}", advice=advice)
        self.file, self.position, self.path = file, position, path

    @property
    def key(self) -> str:
        """The key concerned, such as `expectations[2].pass`; empty for the whole file."""
        return dotted(self.path)


def dotted(path: KeyPath) -> str:
    """`("expectations", 2, "pass")` → `expectations[2].pass`, keys with odd characters shown escaped."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{plain(part)}" if text else plain(part)
    return text


def show(value: object) -> str:
    """A value as it may be printed: on one line, without control characters, shortened."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    text = f"'{plain(value)}'" if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def nearest(wrong: str, known: Iterable[str], synonyms: dict[str, str] | None = None) -> str | None:
    """The known name that was probably meant, or None."""
    names = sorted(set(known))
    meant = (synonyms or {}).get(wrong.lower())
    if meant in names:
        return meant
    folded = {name.lower().replace("_", "-"): name for name in names}
    found = difflib.get_close_matches(wrong.lower().replace("_", "-"), list(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def suggestion(wrong: str, known: Iterable[str], *, of: str, synonyms: dict[str, str] | None = None) -> str:
    """`did you mean 'duration'?`, or else what there is: `of` says what is listed, in the plural."""
    names = sorted(set(known))
    if meant := nearest(wrong, names, synonyms):
        return f"did you mean '{meant}'?"
    return f"known {of}: {listed(names)}" if names else f"there are no {of}"


def listed(names: Sequence[str]) -> str:
    """Names separated by commas, the rest of a long list counted."""
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more


def unique(problems: Iterable[Problem]) -> list[Problem]:
    """In the order of files and lines; of several with the same words at one place, one.

    Several profiles find the same mistake in one step, each for itself.
    """
    found = {(p.where, p.what): p for p in problems}
    return sorted(found.values(), key=lambda p: (p.file, p.position))


def plain(text: object) -> str:
    """Control characters escaped, so that a file cannot write to the terminal of whoever checks it."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in str(text))
