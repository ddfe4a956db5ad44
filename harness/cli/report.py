"""`launchgate report`: the reports of a stored run, from its folder alone."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from harness.cli.options import RunName, RunsDir


class ReportFormat(StrEnum):
    """What can be written."""

    HTML = "html"
    PDF = "pdf"
    MARKDOWN = "md"
    JUNIT = "junit"
    JSON = "json"


def report(
    run: RunName = "latest",
    formats: Annotated[
        list[ReportFormat] | None,
        typer.Option("--format", help="Give it several times for several formats. Default: all.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write to. Default: reports/ of the run.", show_default=False)
    ] = None,
    runs_dir: RunsDir = Path("runs"),
) -> None:
    """Write the reports of a stored run and print their paths; nothing is started.

    \b
    Example: launchgate report latest
             launchgate report ./copied-run --format html --format pdf --out reports-of-the-copy
    """
    from harness import wiring
    from harness.cli.rejudge import check_raw, judge_folder
    from harness.model.errors import RunFolderError
    from harness.store.folder import MANIFEST, RECORD, RunFolder, find_run
    from harness.store.manifest import verify_manifest

    path = find_run(runs_dir, run)
    folder, sealed = RunFolder(path), (path / MANIFEST).is_file()
    if sealed:
        check_raw(path)
        if verify_manifest(path, only=(RECORD,)):
            raise RunFolderError(
                "record.json is not as it was sealed", where=str(path), advice=f"launchgate judge {run}"
            )
    else:
        typer.echo("not sealed: this run was killed, or is still going on; judged as it stands", err=True)
        folder.write_record(judge_folder(path))
    written = wiring.write_reports(path, out, [f.value for f in formats or ReportFormat])
    if sealed and out is None:
        folder.seal()  # the reports lie in the folder: the manifest names them too
    for one in written:
        if one.path is not None:
            typer.echo(one.path)
    problems = [one.problem for one in written if one.problem is not None]
    for problem in problems[:1]:
        if all(one.path is None for one in written):
            raise problem
        typer.echo(f"launchgate: {problem.diagnostics()}", err=True)
