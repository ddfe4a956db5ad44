"""`launchgate list`: the runs that are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.options import Format, OutputFormat, RunsDir


def list_runs(
    runs_dir: RunsDir = Path("runs"),
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 20,
    output: OutputFormat = Format.HUMAN,
) -> None:
    """List runs, newest first, with their verdicts.

    \b
    Example: launchgate list --limit 5
    """
    import json
    from dataclasses import asdict

    from rich.table import Table

    from harness.cli.output import stdout_console
    from harness.cli.table import STYLES
    from harness.store.index import RunIndex

    summaries = RunIndex(runs_dir).summaries(limit)
    if output is Format.JSON:
        typer.echo(json.dumps([asdict(s) for s in summaries], indent=1))
        return
    if not summaries:
        typer.echo(f"no runs in {runs_dir}; make one: launchgate run")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("run", "verdict", "profile", "target", "commit", "scenarios", "took"):
        table.add_column(column, justify="right" if column in ("scenarios", "took") else "left")
    table.columns[0].min_width = max(len(s.run_id) for s in summaries)  # an id cut short names no run
    for s in summaries:
        verdict = s.status + (" (not finished)" if not s.finished else "") + (f" [{s.defect}]" if s.defect else "")
        took = f"{s.duration:.0f} s"
        style = STYLES.get(s.status, "")
        table.add_row(
            s.run_id, f"[{style}]{_plain(verdict)}[/]", s.profile, s.target, s.commit[:10], str(s.scenarios), took
        )
    stdout_console().print(table)


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(text)
