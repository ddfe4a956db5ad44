"""What the plan records of the world around it. The one module of this room that looks outside."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path

from harness.model.plan import GitState

# Packages whose version changes what is measured or how it is judged.
PACKAGES = ("launchgate", "hdrhistogram", "locust", "playwright", "pydantic")
MISSING = "missing"
_TIMEOUT = 10.0  # seconds; a repository that takes longer is treated as none


def git_state(root: Path) -> GitState:
    """Commit, branch and whether anything is uncommitted. Without git, a repository or a commit: `unknown`."""
    commit = _git(root, "rev-parse", "--verify", "HEAD")
    changes = _git(root, "status", "--porcelain")
    return GitState(
        commit=commit or "unknown",
        branch=_git(root, "symbolic-ref", "--short", "--quiet", "HEAD") or "",
        dirty=bool(changes),
    )


def tool_versions() -> dict[str, str]:
    """Name → version of the interpreter and of the packages that every run stands on; suites add their own."""
    return {"python": platform.python_version(), **{name: _version(name) for name in PACKAGES}}


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return MISSING


def _git(root: Path, *arguments: str) -> str | None:
    """Standard output without the line end, or None when git cannot say."""
    # GIT_DIR and its like would make git answer for another repository, as they do inside a hook.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")} | {"GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(  # noqa: S603  fixed arguments, no shell
            ["git", "-C", str(root), *arguments],  # noqa: S607  whichever git the person uses
            capture_output=True, text=True, encoding="utf-8", errors="replace",
            timeout=_TIMEOUT, check=False, env=environment, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
