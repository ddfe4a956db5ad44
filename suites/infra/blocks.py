"""The shell blocks of a Markdown guide, and one script of them. Pure."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_FENCE = re.compile(r"^(?P<indent> {0,3})(?P<fence>`{3,}|~{3,})\s*(?P<info>[^`]*)$")
_MARK = "::launchgate-block::"
_TEARDOWN = re.compile(r"^\s*kind delete cluster\b")


@dataclass(frozen=True)
class Block:
    """A shell block.

    Attributes:
        line: of the opening fence, from 1.
    """

    line: int
    text: str

    @property
    def check(self) -> str:
        """Name of its check."""
        return f"guide.{self.line}"


@dataclass(frozen=True)
class Ran:
    """What became of a block.

    Attributes:
        code: exit code; None when it was not reached or not finished.
        begun: whether its first command was reached.
        seconds: how long it took; 0 where nobody knows.
    """

    begun: bool
    code: int | None
    seconds: float
    output: str


def shell_blocks(markdown: str) -> list[Block]:
    """The fenced blocks whose language is sh, bash or shell, in order."""
    found: list[Block] = []
    opened: tuple[str, int, bool] | None = None
    body: list[str] = []
    for number, line in enumerate(markdown.splitlines(), start=1):
        fence = _FENCE.match(line)
        if opened is None:
            if fence:
                opened = (fence["fence"], number, fence["info"].split()[:1] in (["sh"], ["bash"], ["shell"]))
                body = []
        elif fence and fence["fence"].startswith(opened[0]) and not fence["info"].strip():
            if opened[2]:
                found.append(Block(opened[1], "\n".join(body) + "\n"))
            opened = None
        else:
            body.append(line)
    return found


def teardown_of(blocks: Sequence[Block]) -> list[str]:
    """The commands by which the guide takes its own cluster away."""
    return [line.strip() for block in blocks for line in block.text.splitlines() if _TEARDOWN.match(line)]


def clusters_of(teardown: Sequence[str]) -> set[str]:
    """Names of the clusters that these commands take away; `kind` where none is given, as kind itself has it."""
    words = (shlex.split(command, comments=True) for command in teardown)
    return {_after(one, "--name") or _after(one, "-n") or "kind" for one in words}


def _after(words: Sequence[str], option: str) -> str:
    joined = next((w.partition("=")[2] for w in words if w.startswith(f"{option}=")), "")
    return joined or next((after for word, after in pairwise(words) if word == option), "")


def script_of(blocks: Sequence[Block]) -> str:
    """One script for `bash -euo pipefail`: the blocks share variables and folder, as in a person's terminal."""
    lines = ["exec 2>&1"]
    for block in blocks:
        lines.append(f'echo "{_MARK} {block.line} begin $EPOCHREALTIME"')
        lines.append(f"eval {shlex.quote(block.text)}")  # eval: a broken quote in one block is that block's own error
        lines.append(f'echo "{_MARK} {block.line} end $EPOCHREALTIME"')
    return "\n".join(lines) + "\n"


def read_output(blocks: Sequence[Block], output: str, exit_code: int) -> dict[int, Ran]:
    """What each block did, by its line. The block that was begun and not ended has the script's exit code."""
    parts: dict[int, list[str]] = {}
    times: dict[int, list[float]] = {}
    current: int | None = None
    for line in output.splitlines():
        words = line.split()
        if words[:1] == [_MARK] and len(words) == 4:
            number = int(words[1])
            times.setdefault(number, []).append(float(words[3]))
            parts.setdefault(number, [])
            current = number if words[2] == "begin" else None
        elif current is not None:
            parts[current].append(line)
    return {block.line: _ran(times.get(block.line, []), parts.get(block.line, []), exit_code) for block in blocks}


def _ran(times: Sequence[float], lines: Sequence[str], exit_code: int) -> Ran:
    output = "\n".join(lines)
    if not times:
        return Ran(False, None, 0.0, output)
    ended = len(times) > 1
    return Ran(True, 0 if ended else exit_code, times[1] - times[0] if ended else 0.0, output)
