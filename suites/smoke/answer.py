"""One answer of the shop, as it came."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Answer:
    """An HTTP answer.

    Attributes:
        headers: as received, in order; names may repeat.
        seconds: from sending the request to the last byte of the body.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    seconds: float

    def header(self, name: str) -> str | None:
        """All values of a header, any case, joined by a comma; None when it was not sent."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None

    @cached_property
    def text(self) -> str:
        """The body as text; bytes that are no UTF-8 are replaced."""
        return self.body.decode("utf-8", errors="replace")

    @cached_property
    def document(self) -> Any:
        """The body read as JSON. Raises ValueError when it is none."""
        return json.loads(self.body)
