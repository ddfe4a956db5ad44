"""`launchgate doctor`: what is there, what is missing or too old, what it is for, and what brings it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from harness.cli.options import Format, OutputFormat, RunsDir
from harness.model.errors import ExitCode

if TYPE_CHECKING:
    from harness.wiring.examine import Finding


def doctor(runs_dir: RunsDir = Path("runs"), output: OutputFormat = Format.HUMAN) -> None:
    """Check this machine: exits 0 when the quick profile can measure everything, 20 when something would be missing.

    \b
    Example: launchgate doctor
    """
    import json
    from dataclasses import asdict

    from harness.wiring.examine import examine

    found = examine(runs_dir)
    if output is Format.JSON:
        typer.echo(json.dumps([asdict(f) for f in found], indent=1))
    else:
        _print(found)
    if any(f.state != "there" and f.required for f in found):
        raise typer.Exit(ExitCode.INCONCLUSIVE)


def _print(found: list[Finding]) -> None:
    from rich.markup import escape
    from rich.table import Table

    from harness.cli.output import stdout_console

    console = stdout_console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("", "what", "version", "for", "what brings it"):
        table.add_column(column, overflow="fold")
    for f in found:
        good = f.state == "there"
        mark = "[green]✔[/]" if good else ("[red]✘[/]" if f.required else "[yellow]–[/]")
        version = f.version if good else f"[{'red' if f.required else 'yellow'}]{f.state}[/] {escape(f.version)}"
        table.add_row(mark, f.name, version, escape(f.purpose), "" if good else escape(f.advice))
    console.print(table)
    missing = [f.name for f in found if f.required and f.state != "there"]
    console.print(
        f"[red]{len(missing)} thing(s) missing or too old: {', '.join(missing)}[/]"
        if missing
        else "[green]everything that the quick profile needs is there[/]"
    )
