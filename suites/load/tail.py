"""Follows a file that another process writes: whole lines, as soon as they are there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


class Tail:
    """Reads `path` from where the last reading ended. The file need not exist yet."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._partial = b""

    def lines(self, *, ended: bool = False) -> Iterator[str]:
        """New lines with their line ends; with `ended`, also a last one that has none.

        Bytes that are no UTF-8 come as U+FFFD: for the parser to complain of, with the line's number.
        """
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(self._offset)
            fresh = file.read()
        self._offset += len(fresh)
        *whole, self._partial = (self._partial + fresh).split(b"\n")
        for line in whole:
            yield line.decode("utf-8", errors="replace") + "\n"
        if ended and self._partial:
            yield self._partial.decode("utf-8", errors="replace")
