"""Links from a report to the evidence beside it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from harness.model.errors import RunFolderError
from harness.store.folder import EVIDENCE
from harness.store.reader import RunReader

_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp"})


@dataclass(frozen=True)
class EvidenceLink:
    """A file of the run folder.

    Attributes:
        path: relative to the run folder, as it is cited.
        href: relative URL from the report; empty when the file is missing or the report lies elsewhere.
        missing: cited, but not in the folder.
    """

    path: str
    href: str
    missing: bool

    def short(self, scenario: str) -> str:
        """The name of a file of the scenario's own evidence; the link has the whole path."""
        own = f"{EVIDENCE}/{scenario}/"
        return Path(self.path).name if self.path.startswith(own) else self.path

    @property
    def picture(self) -> bool:
        """Whether a browser can show it in the page."""
        return bool(self.href) and Path(self.path).suffix.lower() in _PICTURES


class EvidenceLinks:
    """Makes links for a report that is written to `into`."""

    def __init__(self, run: RunReader, into: Path) -> None:
        self._run = run
        root, there = run.path.resolve(), into.resolve()
        # A report outside the run folder may travel without it: then paths are named, not linked.
        self._up = os.path.relpath(root, there) if there.is_relative_to(root) else None

    def link(self, path: str) -> EvidenceLink:
        """A link to `path`; what lies outside the run folder or does not exist is never linked."""
        file = path.partition("#")[0]
        try:
            missing = not self._run.evidence(file).is_file()
        except RunFolderError:
            missing = True
        href = "" if missing or self._up is None else quote(Path(self._up, file).as_posix())
        return EvidenceLink(path, href, missing)

    def links(self, paths: Iterable[str]) -> tuple[EvidenceLink, ...]:
        """One link each, in order, without repeats."""
        return tuple(self.link(p) for p in dict.fromkeys(paths))
