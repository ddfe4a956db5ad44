"""Deletes a kind cluster, whole or half made; also run by the keeper, when the harness is gone.

    python -I deletion.py NAME KUBECONFIG PATIENCE

A `kind create cluster` that was killed may have asked Docker for a node a moment before: it comes to be only after kind
has found nothing to delete. So a half-made cluster is looked for until none was seen for PATIENCE seconds.
Run by path, with nothing of the harness importable: standard library only.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

LABEL = "io.x-k8s.kind.cluster"
WITHIN = 80.0  # the keeper gives it 90
_PAUSE = 0.3
_LOOKS = 3


def nodes(name: str) -> list[str]:
    """Its containers, running or not. Raises CalledProcessError when Docker does not answer: silence is no absence."""
    argv = ["docker", "ps", "--all", "--filter", f"label={LABEL}={name}", "--format", "{{.Names}}"]
    answer = _run(argv)
    answer.check_returncode()
    return answer.stdout.split()


def delete(name: str, kubeconfig: Path, patience: float) -> str:
    """Deletes it and returns what is wrong; empty when nothing of it is left. Right for what is not there."""
    deadline = time.monotonic() + WITHIN
    quiet_since: float | None = None
    said = ""
    while time.monotonic() < deadline:
        if _seen(name):
            said = _run(["kind", "delete", "cluster", "--name", name, "--kubeconfig", str(kubeconfig)]).stderr
            if left := _seen(name):
                said = _run(["docker", "rm", "--force", "--volumes", *left]).stderr
            quiet_since = None
            continue
        # counted from the end of a look, which may take its time on a busy machine
        quiet_since = quiet_since or time.monotonic()
        if time.monotonic() - quiet_since >= patience:
            for leftover in (kubeconfig, kubeconfig.with_name(f"{kubeconfig.name}.lock")):
                leftover.unlink(missing_ok=True)
            return ""
        time.sleep(_PAUSE)
    return f"containers of cluster {name} are still there: {said.strip()}"


def _seen(name: str) -> list[str]:
    """As `nodes`. One that goes away while Docker lists it can make the whole list fail: it is asked again."""
    for _ in range(_LOOKS - 1):
        try:
            return nodes(name)
        except subprocess.CalledProcessError:
            time.sleep(_PAUSE)
    return nodes(name)


def _run(argv: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(argv, capture_output=True, text=True, timeout=WITHIN, check=False, start_new_session=True)  # noqa: S603


if __name__ == "__main__":
    sys.exit(delete(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])) or 0)
