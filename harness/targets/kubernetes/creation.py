"""A cluster that could not be made, in words."""

from __future__ import annotations

from harness.model.errors import TargetError
from harness.ports.processes import Handle
from harness.targets.readiness import log_of

_LINES = 12
_KNOWN = "https://kind.sigs.k8s.io/docs/user/known-issues/"
TOO_MANY_FILES = "too many open files"  # what many nodes on one machine end with
MORE_FILES = f"raise the limits of inotify: sudo sysctl fs.inotify.max_user_instances=512 (see {_KNOWN})"


def creation_failed(handle: Handle, code: int | None, kubelets: str) -> TargetError:
    """What to raise when `kind create cluster` ended with a code, or not at all (None).

    Args:
        kubelets: the last lines of the kubelets' logs.
    """
    log = log_of(handle)
    how = "did not end in time" if code is None else f"failed with exit code {code}"
    shown = "\n".join(f"  | {line[:240]}" for line in _telling(log))
    what = f"the cluster could not be made, `kind create cluster` {how}:\n{shown}"
    return TargetError(what, where=str(handle.log), advice=_advice(log, kubelets))


def _telling(log: str) -> list[str]:
    """kind ends with kubeadm's whole stack trace: its own words are worth more than the very last lines."""
    lines = [line for line in log.splitlines() if line.strip()]
    words = [line for line in lines if not line.startswith("\t") and ".go:" not in line and "/" not in line[:20]]
    errors = [line for line in lines if line.startswith(("ERROR", "error:", "✗", " ✗"))]
    return [*errors, *(line for line in words[-_LINES:] if line not in errors)]


def _advice(log: str, kubelets: str) -> str:
    if TOO_MANY_FILES in f"{log}{kubelets}":
        return MORE_FILES
    if "no space left" in log:
        return "make room on the disk of Docker; `docker system df` tells what takes it"
    if "pull" in log.lower() and "image" in log.lower():
        return "kind's node image could not be pulled: check the network, or `docker pull` it by hand"
    return f"the kubelets' last lines lie beside that file; kind's known issues: {_KNOWN}"
