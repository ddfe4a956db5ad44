"""`launchgate down`: ends what `launchgate up` holds, and what `launchgate run --keep` left up."""

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
    """End the targets that `launchgate up` brought up and what `run --keep` kept; wait until nothing of them is left.

    \b
    Example: launchgate down
    """
    from harness import wiring
    from harness.cli import held
    from harness.model.errors import UsageError

    if target is not None and target not in wiring.TARGETS:
        raise UsageError(f"there is no target '{target}'", advice=f"targets are: {', '.join(wiring.TARGETS)}")
    ended = 0
    for state in held.states(runs_dir):
        present = held.read(state)
        if present is None:
            state.unlink(missing_ok=True)
        elif target in (None, present.target):
            print(held.end(state, present))
            ended += 1
    for said in wiring.end_kept(target):
        print(said)
        ended += 1
    if not ended:
        print("nothing is up", file=sys.stderr)
