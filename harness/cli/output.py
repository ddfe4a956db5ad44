"""How commands speak: results on stdout, everything else on stderr."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from harness.model.errors import ExitCode, LaunchgateError

if TYPE_CHECKING:
    from rich.console import Console


_PIPE = 200


def fail_with(error: LaunchgateError) -> ExitCode:
    """Prints what happened, where, and the next step; returns the exit code."""
    print(f"launchgate: {error.diagnostics()}", file=sys.stderr)
    return error.exit_code


def stdout_console() -> Console:
    """For results. Colours and width follow the terminal; NO_COLOR and CI are honoured."""
    return _console(stderr=False)


def stderr_console() -> Console:
    """For progress and remarks."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    # Without a terminal rich assumes 80 columns and cuts paths in two: a pipe takes lines of any length.
    width = None if stream.isatty() else int(os.environ.get("COLUMNS", "0") or 0) or _PIPE
    return Console(stderr=stderr, highlight=False, soft_wrap=not stream.isatty(), width=width)
