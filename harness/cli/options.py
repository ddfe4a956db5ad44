"""Options that several verbs share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

RunsDir = Annotated[Path, typer.Option("--runs-dir", envvar="LAUNCHGATE_RUNS_DIR", help="Where run folders are kept.")]
RunName = Annotated[str, typer.Argument(metavar="RUN", help="A run id, the beginning of one, a path, or 'latest'.")]


class Format(StrEnum):
    """How results are printed."""

    HUMAN = "human"
    JSON = "json"


OutputFormat = Annotated[Format, typer.Option("--format", help="human for people, json for programs.")]
