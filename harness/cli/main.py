"""The `launchgate` command. Each verb lives in a file of its own; heavy imports wait until a verb needs them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from harness.cli import doctor, down, gate, judge, listing, plan, report, run, show, up, validate
from harness.cli.output import fail_with
from harness.model.errors import ExitCode, LaunchgateError

app = typer.Typer(
    name="launchgate",
    help="May this release go live? launchgate answers with evidence.",
    epilog="Example: launchgate run --profile quick && launchgate gate latest",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"launchgate {version('launchgate')}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """May this release go live? launchgate answers with evidence."""


_COMMANDS: dict[str, Callable[..., None]] = {
    "doctor": doctor.doctor,
    "validate": validate.validate,
    "plan": plan.plan,
    "run": run.run,
    "judge": judge.judge,
    "report": report.report,
    "gate": gate.gate,
    "list": listing.list_runs,
    "show": show.show,
    "up": up.up,
    "down": down.down,
}
for _name, _command in _COMMANDS.items():
    app.command(_name)(_command)


def main() -> None:
    """Entry point: what people can mend is said in words, with the exit code that belongs to it."""
    try:
        app()
    except LaunchgateError as error:
        sys.exit(fail_with(error))
    except KeyboardInterrupt:
        sys.exit(ExitCode.INTERRUPTED)
    except Exception as bug:  # noqa: BLE001  the last wall: a fault of our own is an error (30), never a verdict
        sys.exit(_own_fault(bug))


def _own_fault(bug: Exception) -> ExitCode:
    """Says it in one line and keeps the traceback in a file."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="launchgate-fault-", suffix=".txt", delete=False) as kept:
        traceback.print_exception(bug, file=kept)
    fault = LaunchgateError(
        f"a fault of launchgate itself: {type(bug).__name__}: {bug}", advice=f"please report it with {kept.name}"
    )
    return fail_with(fault)
