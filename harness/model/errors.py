"""What can go wrong, each with the exit code that `docs/architecture.md` gives it."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of the `launchgate` command. 1 is never returned on purpose: a crash is no verdict."""

    PASS = 0
    USAGE = 2
    FAIL = 10
    INCONCLUSIVE = 20
    ERROR = 30
    REFUSED = 40
    INTERRUPTED = 130


class LaunchgateError(Exception):
    """Base of every error that a person is meant to read.

    Args:
        what: one sentence that says what happened.
        where: the file:line:column, key or URL concerned; empty when there is none.
        advice: the next step; empty when there is none.
    """

    exit_code = ExitCode.ERROR

    def __init__(self, what: str, *, where: str = "", advice: str = "") -> None:
        super().__init__(what)
        self.what, self.where, self.advice = what, where, advice

    def diagnostics(self) -> str:
        """The text a person can act on: what, where, next step, one line each."""
        lines = [f"{self.where}: {self.what}" if self.where else self.what]
        if self.advice:
            lines.append(f"  next: {self.advice}")
        return "\n".join(lines)


class UsageError(LaunchgateError):
    """The command line or a setting cannot be used."""

    exit_code = ExitCode.USAGE


class ScenarioError(LaunchgateError):
    """A scenario, waiver, policy or system file is wrong; nothing was started."""

    exit_code = ExitCode.USAGE

    def __init__(self, problems: list[LaunchgateError] | str, *, where: str = "", advice: str = "") -> None:
        self.problems = problems if isinstance(problems, list) else []
        if isinstance(problems, str):
            super().__init__(problems, where=where, advice=advice)
        else:
            super().__init__(f"{len(problems)} problem(s) in scenario files")

    def diagnostics(self) -> str:
        """Every problem found, not only the first."""
        return "\n".join(p.diagnostics() for p in self.problems) if self.problems else super().diagnostics()


class RunFolderError(LaunchgateError):
    """A run folder cannot be read, or its bytes are not those of the manifest."""


class TargetError(LaunchgateError):
    """The system under test could not be brought up, or died."""


class SuiteError(LaunchgateError):
    """A suite could not do its work: a broken check, never a failed one."""


class ToolMissing(LaunchgateError):
    """A tool that a suite needs is not there: what it would have seen stays unknown."""

    exit_code = ExitCode.INCONCLUSIVE


class Refused(LaunchgateError):
    """A guard said no; nothing ran."""

    exit_code = ExitCode.REFUSED


class Stopped(LaunchgateError):
    """The run was told to stop (Ctrl-C, SIGTERM)."""

    exit_code = ExitCode.INTERRUPTED
