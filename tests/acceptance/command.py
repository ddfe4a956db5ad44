"""Runs the real `launchgate` command, as a person or a pipeline would."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from harness.ports.processes import TAG_VARIABLE
from harness.store.reader import RunReader

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Answer:
    """What the command said."""

    code: int
    out: str
    err: str


def argv(*arguments: str) -> list[str]:
    """The command line, run by this interpreter."""
    return [sys.executable, "-m", "harness.cli.main", *arguments]


def launchgate(*arguments: str, cwd: Path = ROOT, env: Mapping[str, str] | None = None, timeout: float = 300) -> Answer:
    """Runs the command to its end."""
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        argv(*arguments),
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": path, **(env or {})},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def only_run(runs: Path) -> RunReader:
    """The one run of a folder."""
    return RunReader((runs / "latest").resolve())


def left_over(tag: str) -> list[psutil.Process]:
    """Processes that carry the tag of a run."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(TAG_VARIABLE) == tag and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def gone_within(tag: str, seconds: float) -> bool:
    """Whether every process of the run ends in this time."""
    deadline = time.monotonic() + seconds
    while left_over(tag):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
