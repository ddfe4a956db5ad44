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


# In the order in which a newcomer meets them; the word beside each is what `launchgate --help` shows.
_COMMANDS: list[tuple[str, Callable[..., None], str]] = [
    ("doctor", doctor.doctor, "What is there, what is missing, what brings it."),
    ("validate", validate.validate, "Check scenario files; nothing is started."),
    ("plan", plan.plan, "Print what would be run; nothing is started."),
    ("run", run.run, "Run scenarios; the exit code is the answer."),
    ("judge", judge.judge, "Judge a stored run again."),
    ("report", report.report, "Write the reports of a stored run."),
    ("gate", gate.gate, "May it go live, under this policy?"),
    ("list", listing.list_runs, "The runs that are kept."),
    ("show", show.show, "One run: verdicts, reasons, evidence."),
    ("up", up.up, "Bring the system up and keep it."),
    ("down", down.down, "End what `up` brought up."),
]
for _name, _command, _short in _COMMANDS:
    app.command(_name, short_help=_short)(_command)


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


if __name__ == "__main__":
    main()
