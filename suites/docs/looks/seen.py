"""What came of a look."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from suites.docs.results import Outcome

_MOST = 5  # sentences of one check that are told; the rest are counted


@dataclass(frozen=True)
class Seen:
    """An outcome with its sentence, and the files that show it."""

    outcome: Outcome
    message: str = ""
    evidence: tuple[Path, ...] = ()


def judged(problems: Sequence[str], evidence: Callable[[], Sequence[Path]] = tuple) -> Seen:
    """Passed without problems, else failed with the first few of them and with evidence, made only then."""
    if not problems:
        return Seen("passed")
    more = f" (and {len(problems) - _MOST} more)" if len(problems) > _MOST else ""
    return Seen("failed", "; ".join(problems[:_MOST]) + more, tuple(evidence()))
