"""What a target is: something that brings a system under test up and takes it away again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from harness.model.environment import Environment
from harness.model.observation import Measurement
from harness.model.system import System


@dataclass(frozen=True)
class TargetOrder:
    """What to bring up, and where its logs and scratch data go.

    Attributes:
        workdir: scratch space that may be deleted after `down`.
        logs: kept as evidence.
        sources: root of the sources to run; a copy with a planted defect, or the project itself.
        project: root of the project itself, for what no defect changes (a lock file, a Dockerfile's context).
        tag: value of LAUNCHGATE_TAG in the environment of every process, by which strays are found.
        environment: which environment, for a target that starts nothing itself.
        keep: leave it up after `down`, for the next run; only for a target with the capability `keep`.
        say: takes a sentence about what is being done now, for the person who waits.
    """

    system: System
    workdir: Path
    logs: Path
    sources: Path
    project: Path
    tag: str
    environment: Environment | None = None
    keep: bool = False
    say: Callable[[str], None] = lambda text: None


class Target(Protocol):
    """The smallest target; `Sampled`, `Killable`, `Accessible` and `Timed` are optional."""

    name: str
    capabilities: frozenset[str]

    def up(self, order: TargetOrder) -> Mapping[str, str]:
        """Brings the system up and returns its endpoints (name → URL), all ready. Raises TargetError."""

    def alive(self) -> Sequence[str]:
        """Names of services that should run and do not. Empty when all is well."""

    def collect(self, into: Path) -> None:
        """Leaves logs and state in `into`. May be called after a service died."""

    def down(self) -> None:
        """Ends everything that `up` started. May be called twice, and after a failed `up`."""


@runtime_checkable
class Sampled(Protocol):
    """A target that can measure its services."""

    def sample(self, scenario: str, t: float) -> Sequence[Measurement]:
        """Readings of this moment: resource.cpu, resource.memory, db.connections and the system's own signals."""


@runtime_checkable
class Killable(Protocol):
    """A target that can end one service abruptly."""

    def kill(self, service: str) -> str:
        """SIGKILLs the service and returns what was hit. Raises TargetError for an unknown name."""


@runtime_checkable
class Accessible(Protocol):
    """A target that gives more than URLs."""

    def access(self) -> Mapping[str, str]:
        """What a suite needs to look inside. On a cluster: `kubeconfig`, `namespace`, `overlay`, `node_shell`.

        The lifecycle adds `sources`, the root of what was brought up.
        """


@runtime_checkable
class Timed(Protocol):
    """A target whose coming up has phases worth naming."""

    def phases(self) -> Mapping[str, float]:
        """Phase of the last `up` → seconds, in order."""
