"""Applies a planted defect from outside: to a copy of the sources, to a setting, or to a running service."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from harness.model.defect import Defect, KillChange, PatchChange, SettingChange
from harness.model.errors import LaunchgateError, ScenarioError
from harness.ports.target import Killable, Target


def patched_sources(project: Path, folders: Sequence[str], defect: Defect | None, into: Path) -> Path:
    """The sources to run: the project itself, or a copy with the defect's patches. The project is never written.

    Raises ScenarioError when a patch does not fit exactly once: the defect is stale and would prove nothing.
    """
    patches = [c for c in defect.changes if isinstance(c, PatchChange)] if defect else []
    if not patches or defect is None:
        return project
    for folder in folders:
        shutil.copytree(project / folder, into / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for patch in patches:
        path = into / patch.file
        if not path.is_file():
            raise ScenarioError(
                f"defect {defect.id} changes a file that is not among the system's sources ({', '.join(folders)})",
                where=patch.file,
                advice="correct the defect's file",
            )
        text = path.read_text(encoding="utf-8")
        occurrences = text.count(patch.find)
        if occurrences != 1:
            raise ScenarioError(
                f"defect {defect.id}: the text to replace occurs {occurrences} times, expected exactly once",
                where=patch.file,
                advice=f"bring the defect up to date; it looks for {patch.find.splitlines()[0]!r}",
            )
        path.write_text(text.replace(patch.find, patch.replace), encoding="utf-8")
    return into


def changed_settings(settings: Mapping[str, str], defect: Defect | None) -> dict[str, str]:
    """The settings with those of the defect in force."""
    changes = [c for c in defect.changes if isinstance(c, SettingChange)] if defect else []
    return {**settings, **{c.name: c.value for c in changes}}


class KillTimers:
    """Ends services of the target in mid-run, as the defect declares for this scenario."""

    def __init__(self, defect: Defect | None, scenario: str, target: Target, said: Callable[[str, str], None]) -> None:
        kills = [c for c in defect.changes if isinstance(c, KillChange)] if defect else []
        self._target, self._said = target, said
        self._timers = [threading.Timer(c.at, self._kill, [c.service]) for c in kills if c.scenario == scenario]

    def __enter__(self) -> KillTimers:
        for timer in self._timers:
            timer.daemon = True
            timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        for timer in self._timers:
            timer.cancel()

    def _kill(self, service: str) -> None:
        if not isinstance(self._target, Killable):
            self._said("failed", f"target {self._target.name} cannot kill a service")
            return
        try:
            self._said("finished", f"killed {service}: {self._target.kill(service)}")
        except LaunchgateError as error:
            self._said("failed", error.diagnostics())
