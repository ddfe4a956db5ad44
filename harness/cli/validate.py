"""`launchgate validate`: every file that people write, checked without starting anything."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harness.model.errors import ExitCode

if TYPE_CHECKING:
    from harness.scenario.checked import Checked
    from harness.scenario.problems import Problem


class ValidateFormat(StrEnum):
    """How problems are printed."""

    HUMAN = "human"
    JSON = "json"
    GITHUB = "github"


Paths = Annotated[list[Path] | None, typer.Argument(metavar="[PATHS]...", help="Files or folders; default: all.")]
Output = Annotated[ValidateFormat, typer.Option("--format", help="github annotates the lines of a pull request.")]
WriteSchema = Annotated[bool, typer.Option("--write-schema", help="Also write scenarios/schema.json for editors.")]


def validate(paths: Paths = None, output: Output = ValidateFormat.HUMAN, write_schema: WriteSchema = False) -> None:
    """Check scenarios, criteria, policies, waivers, the system and its defects; exit 2 when anything is wrong.

    \b
    Example: launchgate validate scenarios/load/calendar-baseline.yaml
    """
    from harness.cli.project import SCHEMA, load_project
    from harness.cli.validating import check_all, check_paths

    project = load_project()
    if write_schema:
        from harness.scenario.schema import schema_text

        (project.root / SCHEMA).write_text(schema_text(project.catalogue), encoding="utf-8")
        typer.echo(f"wrote {SCHEMA}", err=True)
    checked = check_paths(project, paths) if paths else check_all(project)
    _print(checked, output)
    if any(one.problems for one in checked):
        raise typer.Exit(ExitCode.USAGE)


def _print(checked: Sequence[Checked[Any]], output: ValidateFormat) -> None:
    problems = [p for one in checked for p in one.problems]
    if output is ValidateFormat.JSON:
        typer.echo(json.dumps(_as_json(checked), indent=1, ensure_ascii=False))
    elif output is ValidateFormat.GITHUB:
        for problem in problems:
            typer.echo(_annotation(problem))
    else:
        for one in checked:
            typer.echo("\n".join(p.diagnostics() for p in one.problems) if one.problems else f"{one.file}: OK")
    typer.echo(f"{len(checked)} file(s), {len(problems)} problem(s)", err=True)


def _as_json(checked: Sequence[Checked[Any]]) -> dict[str, Any]:
    return {
        "ok": not any(one.problems for one in checked),
        "files": [
            {
                "file": one.file,
                "ok": not one.problems,
                "problems": [
                    {
                        "line": p.position.line,
                        "column": p.position.column,
                        "key": p.key,
                        "message": p.what,
                        "advice": p.advice,
                    }
                    for p in one.problems
                ],
            }
            for one in checked
        ],
    }


def _annotation(problem: Problem) -> str:
    """A workflow command of GitHub Actions; everything that came from a file is escaped."""
    place = f"file={_property(problem.file)},line={problem.position.line},col={problem.position.column}"
    text = problem.what + (f" ({problem.advice})" if problem.advice else "")
    return f"::error {place},title=launchgate validate::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
