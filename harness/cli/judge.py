"""`launchgate judge`: plan + observations of a stored run → record and exit code."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.options import Format, OutputFormat, RunName, RunsDir


def judge(
    run: RunName = "latest",
    runs_dir: RunsDir = Path("runs"),
    write: Annotated[bool, typer.Option(help="Replace record.json (and the manifest) with the new record.")] = True,
    output: OutputFormat = Format.HUMAN,
) -> None:
    """Judge a stored run again, from its folder alone; nothing is started.

    \b
    Example: launchgate judge latest
             launchgate judge ./copied-run --no-write --format json
    """
    from harness.cli.rejudge import check_raw, judge_folder
    from harness.cli.table import print_record
    from harness.store.folder import MANIFEST, RunFolder, find_run, record_bytes

    path = find_run(runs_dir, run)
    sealed = (path / MANIFEST).is_file()
    if sealed:
        check_raw(path)
    record = judge_folder(path)
    if write:
        folder = RunFolder(path)
        folder.write_record(record)
        if sealed:
            folder.seal()
    if output is Format.JSON:
        typer.echo(record_bytes(record), nl=False)
    else:
        print_record(record)
    raise typer.Exit(record.status.exit_code)
