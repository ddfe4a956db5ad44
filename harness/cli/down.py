"""`launchgate down`: ends what `launchgate up` holds."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from harness.cli.options import RunsDir


def down(
    target: Annotated[str | None, typer.Option(help="Only this target; all when it is left out.")] = None,
    runs_dir: RunsDir = Path("runs"),
) -> None:
    """End the targets that `launchgate up` brought up, and wait until nothing of them is left.

    \b
    Example: launchgate down
    """
    from harness.cli import held

    ended = 0
    for state in held.states(runs_dir):
        present = held.read(state)
        if present is None:
            state.unlink(missing_ok=True)
        elif target in (None, present.target):
            print(held.end(state, present))
            ended += 1
    if not ended:
        print("nothing is up", file=sys.stderr)
