"""`launchgate up`: the same target as the scenarios use, for a person who debugs or for another tool."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.options import RunsDir

if TYPE_CHECKING:
    from harness.cli.held import Held

_SYSTEM = Path("system_under_test/system.yaml")


def up(
    target: Annotated[str, typer.Option(help="Name of the target.")] = "process",
    detach: Annotated[bool, typer.Option("--detach", help="Return when ready; `launchgate down` ends it.")] = False,
    system: Annotated[Path, typer.Option(help="Description of the system under test.")] = _SYSTEM,
    runs_dir: RunsDir = Path("runs"),
) -> None:
    """Bring the system under test up and print its endpoints as JSON. Without --detach, Ctrl-C ends it.

    \b
    Example: launchgate up --detach && launchgate down
    """
    from harness import wiring
    from harness.cli import held
    from harness.cli.hold import detach as hold_detached
    from harness.cli.hold import hold, say
    from harness.model.errors import UsageError

    try:
        wiring.target_class(target)
    except KeyError:
        known = ", ".join(wiring.TARGETS)
        raise UsageError(f"there is no target '{target}'", advice=f"targets are: {known}") from None
    state = held.state_file(runs_dir, target)
    present = held.read(state)
    holder = present.holder_process() if present else None
    if holder is not None:
        say(f"the {target} target is up already, held by process {holder.pid}")
        announced = held.await_announced(state, holder)
        if announced is not None:
            _print_endpoints(announced)
            return
    if present is not None:
        say(held.end(state, present))
    if kept := wiring.kept(target):
        say(f"{kept} was kept by an earlier run and is used again; `launchgate down` ends it")
    say(f"bringing the {target} target up …")
    if detach:
        _print_endpoints(hold_detached(target, system, runs_dir))
    else:
        hold(target, system, runs_dir, _print_endpoints)
        say("down")


def _print_endpoints(held: Held) -> None:
    """The one thing on stdout; flushed, for whoever reads it through a pipe."""
    import json

    print(json.dumps({"target": held.target, **held.endpoints, "logs": held.logs}, indent=2), flush=True)


if __name__ == "__main__":
    # the holder of `--detach`, see harness.cli.hold
    from harness.cli.output import fail_with
    from harness.model.errors import LaunchgateError

    try:
        typer.run(up)
    except LaunchgateError as error:
        sys.exit(fail_with(error))
