"""A guide as it lies in the sources: front matter, annotations, numbered steps. Pure but for `read_guides`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.model.errors import SuiteError
from suites.docs.markdown import Block, Span, read_blocks

# Where the shop serves what lies in a folder of the sources.
SERVED = {"docs/help-center/": "/help/", "docs/legal/": "/legal/"}


@dataclass(frozen=True)
class Guide:
    """One Markdown file.

    Attributes:
        file: relative to the root of the sources.
        front: front matter; empty without one.
    """

    file: str
    front: dict[str, str]
    blocks: tuple[Block, ...] = field(repr=False)

    @property
    def slug(self) -> str:
        """`docs/help-center/editor.md` → `editor`."""
        return Path(self.file).stem

    @property
    def address(self) -> str:
        """Path at which the shop serves it; empty where nobody knows."""
        return next((served + self.slug for folder, served in SERVED.items() if self.file.startswith(folder)), "")

    @property
    def executable(self) -> bool:
        """Whether its numbered lists can be carried out."""
        return self.front.get("executable", "") == "true"

    @property
    def spans(self) -> Iterator[Span]:
        """Every annotated name, in order."""
        return (span for block in self.blocks for span in block.spans)

    def where(self, line: int) -> str:
        """`docs/help-center/editor.md:34`."""
        return f"{self.file}:{line}"


def parse_guide(file: str, source: str) -> Guide:
    """Raises SuiteError when its front matter has no end."""
    front, body = _split(file, source)
    return Guide(file, front, tuple(read_blocks(body)))


def read_guides(root: Path, patterns: Sequence[str]) -> tuple[list[Guide], list[str]]:
    """(guides in order of their names, the patterns that match no file)."""
    found: dict[str, Path] = {}
    empty = []
    for pattern in patterns:
        paths = [path for path in sorted(root.glob(pattern)) if path.is_file()]
        if not paths:
            empty.append(pattern)
        found |= {path.relative_to(root).as_posix(): path for path in paths}
    return [parse_guide(name, path.read_text(encoding="utf-8")) for name, path in found.items()], empty


def _split(file: str, source: str) -> tuple[dict[str, str], str]:
    """Front matter (`key: value` lines), and the text with empty lines in its place, so that line numbers stay."""
    lines = source.splitlines()
    if lines[:1] != ["---"]:
        return {}, source
    if "---" not in lines[1:]:
        raise SuiteError("its front matter has no end", where=file)
    end = lines.index("---", 1)
    pairs = (line.partition(":") for line in lines[1:end] if ":" in line)
    return {key.strip(): value.strip() for key, _, value in pairs}, "\n".join([""] * (end + 1) + lines[end + 1 :])
