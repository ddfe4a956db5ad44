"""`launchgate show`: one run, in detail."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.options import Format, OutputFormat, RunName, RunsDir


def show(
    run: RunName = "latest",
    runs_dir: RunsDir = Path("runs"),
    all_: Annotated[bool, typer.Option("--all", help="Passed expectations too, with evidence files.")] = False,
    output: OutputFormat = Format.HUMAN,
) -> None:
    """Show the verdicts of one run, its criteria and where the evidence is. Always exits 0 for a readable run.

    \b
    Example: launchgate show latest --all
    """
    from harness.cli.rejudge import judge_folder
    from harness.cli.table import print_record
    from harness.store.folder import MANIFEST, find_run, record_bytes
    from harness.store.reader import RunReader

    path = find_run(runs_dir, run)
    if (path / MANIFEST).is_file():
        record = RunReader(path).record
    else:
        typer.echo("not sealed: this run was killed, or is still going on; judged as it stands", err=True)
        record = judge_folder(path)
    if output is Format.JSON:
        typer.echo(record_bytes(record), nl=False)
    else:
        print_record(record, everything=all_)
