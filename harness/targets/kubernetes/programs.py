"""The programs that a cluster needs, what brings them, and how they are called."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Sequence

from harness.model.errors import TargetError
from harness.targets.readiness import tail

INSTALL = {
    "docker": "install Docker (https://docs.docker.com/engine/install/) and try `docker version`",
    "kind": "install kind (https://kind.sigs.k8s.io/docs/user/quick-start/#installation) so that it is on PATH",
    "kubectl": "install kubectl (https://kubernetes.io/docs/tasks/tools/) so that it is on PATH",
}


class CommandFailed(TargetError):
    """A program ended with an error; `said` is what it wrote."""

    def __init__(self, argv: Sequence[str], said: str, *, advice: str = "") -> None:
        self.said = said.strip()
        shown = "\n".join(f"  | {line}" for line in tail(self.said).splitlines()) or "  | (it said nothing)"
        super().__init__(f"`{brief(argv)}` failed:\n{shown}", advice=advice)


def require(*names: str) -> None:
    """Raises TargetError that names what brings the first program that is not on PATH."""
    for name in names:
        if shutil.which(name) is None:
            raise TargetError(f"{name} is not on PATH", advice=INSTALL[name])


def output_of(argv: Sequence[str], *, within: float, given: str = "", advice: str = "") -> str:
    """Runs a program to its end and returns its standard output. Ctrl-C at the terminal does not reach it.

    Raises CommandFailed with its last lines, TargetError after `within` seconds.
    """
    try:
        done = subprocess.run(  # noqa: S603  docker, kind and kubectl
            list(argv), input=given, capture_output=True, text=True, errors="replace", timeout=within,
            check=False, start_new_session=True,
        )  # fmt: skip
    except FileNotFoundError:
        raise TargetError(f"{argv[0]} is not on PATH", advice=INSTALL.get(argv[0], "")) from None
    except subprocess.TimeoutExpired:
        raise TargetError(f"`{brief(argv)}` did not end within {within:g} s", advice=advice) from None
    if done.returncode != 0:
        raise CommandFailed(argv, done.stderr or done.stdout, advice=advice)
    return done.stdout


def brief(argv: Sequence[str]) -> str:
    """A command as a person would type it, long arguments cut."""
    text = shlex.join(argv)
    return text if len(text) <= 120 else f"{text[:117]}..."
