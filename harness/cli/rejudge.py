"""Judging a stored run, from its folder alone."""

from __future__ import annotations

import gc
from pathlib import Path

from harness.judge.run import judge_run
from harness.model.errors import RunFolderError
from harness.model.record import RunRecord
from harness.store.manifest import verify_manifest
from harness.store.reader import RunReader

RAW = ("plan.json", "observations.ndjson", "evidence/")


def judge_folder(path: Path) -> RunRecord:
    """The record that plan and observations give now. Nothing is written."""
    reader = RunReader(path)
    plan = reader.plan
    # A million short-lived values in reference counting's care: the cycle collector would only walk them in vain.
    gc.disable()
    try:
        return judge_run(plan, reader.observations())
    finally:
        gc.enable()


def check_raw(path: Path) -> None:
    """Raises RunFolderError naming every raw file (plan, observations, evidence) that is not as it was sealed."""
    problems = verify_manifest(path, only=RAW)
    if problems:
        more = f" and {len(problems) - 3} more" if len(problems) > 3 else ""
        raise RunFolderError(
            f"the run was changed after it was sealed: {'; '.join(problems[:3])}{more}",
            where=str(path),
            advice="use the untouched copy, or run it again",
        )
