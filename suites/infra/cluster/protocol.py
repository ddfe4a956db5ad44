"""What the steps need of a cluster. Tests give a fake; `official.py` is the real one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from harness.model.errors import SuiteError

Item = dict[str, Any]


class ClusterError(SuiteError):
    """The API server refused or did not answer.

    Args:
        status: the HTTP status; 0 when there was no answer.
    """

    def __init__(self, what: str, status: int = 0) -> None:
        super().__init__(what)
        self.status = status


@dataclass(frozen=True)
class Executed:
    """A command that ran in a container.

    Attributes:
        code: its exit code; -1 when it was cut off.
    """

    code: int
    output: str
    errors: str


class ClusterReader(Protocol):
    """Reads. Every method raises ClusterError."""

    def objects(self, namespace: str) -> list[Item]:
        """All objects of a namespace that the rules know, the namespace itself among them; no secret's value."""

    def get(self, kind: str, namespace: str, name: str) -> Item:
        """One object."""

    def list(self, kind: str, namespace: str, labels: Mapping[str, str] | None = None) -> list[Item]:
        """Objects of a kind; an empty namespace means all."""


class Cluster(ClusterReader, Protocol):
    """Reads and acts."""

    def execute(self, namespace: str, pod: str, argv: Sequence[str], timeout: float) -> Executed:
        """Runs a command in the pod's first container."""

    def create(self, item: Item) -> None:
        """Creates an object."""

    def patch(self, kind: str, namespace: str, name: str, change: Item) -> None:
        """A JSON merge patch."""

    def delete(self, kind: str, namespace: str, name: str, grace: int | None = None) -> None:
        """Deletes an object; one that is not there is fine. Does not wait."""

    def evict(self, namespace: str, pod: str, *, dry_run: bool = False) -> None:
        """Asks for the pod's eviction. Raises ClusterError with status 429 while a disruption budget forbids it."""
