"""The people of journeys: each one new, so that no journey meets what another has left."""

from __future__ import annotations

import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """Somebody whom no other journey has ever met.

    Attributes:
        called: what people say.
        mark: twelve characters unlike any others; whatever holds them is this person's alone.
    """

    called: str
    mark: str

    @property
    def name(self) -> str:
        """The whole name, unlike any other: it can be looked for."""
        return f"{self.called} {self.mark[:8]}"

    @property
    def email(self) -> str:
        """Where the shop writes to."""
        return f"{self.called.split()[0].lower()}.{self.mark}@example.org"


def new_person(called: str) -> Person:
    """Nobody whom the shop knows yet."""
    return Person(called, uuid.uuid4().hex[:12])
