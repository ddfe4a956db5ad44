"""Takes cookies and secrets out of what is kept as evidence."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable
from typing import Any

HIDDEN = "‹redacted›"
_SECRET_NAME = re.compile(
    r"(^|[-_])(authorization|cookie|password|passwd|secret|token|signature|credential|api[-_]?key|session)s?($|[-_])"
    r"|(password|secret|token|apikey|authorization)$"
    r"|^card[-_]?number$|^cvc$",
    re.IGNORECASE,
)
_QUERY = re.compile(r"(^|[?&])([^=&#\s\"']+)=([^&#\s\"']+)")
_COOKIE = re.compile(r"^\s*([^=;\s]+)=([^;]*)")
_LEAST = 6  # shorter values are too common to be searched for in texts


class Redactor:
    """Knows the secret values seen so far and removes them wherever they occur."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()

    def learn(self, values: Iterable[str]) -> None:
        """Remembers values that must not be kept, such as those of cookies."""
        self._secrets |= {value for value in values if len(value) >= _LEAST}

    def headers(self, pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
        """Header pairs with secret values hidden. The names of cookies stay."""
        return [[name, self._header(name, value)] for name, value in pairs]

    def text(self, text: str) -> str:
        """A text (body, URL, sentence) with secrets hidden; JSON is also searched by key."""
        with contextlib.suppress(ValueError):
            text = json.dumps(self._value(json.loads(text)), ensure_ascii=False)
        text = _QUERY.sub(lambda f: f"{f[1]}{f[2]}={HIDDEN if _SECRET_NAME.search(f[2]) else f[3]}", text)
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, HIDDEN)
        return text

    def _header(self, name: str, value: str) -> str:
        if name.lower() == "set-cookie":
            found = _COOKIE.match(value)
            self.learn([found[2]] if found else [value])
            return _COOKIE.sub(rf"\1={HIDDEN}", value) if found else HIDDEN
        if name.lower() == "cookie":
            parts = [_COOKIE.match(part) for part in value.split(";")]
            self.learn(found[2] for found in parts if found)
            return "; ".join(f"{found[1]}={HIDDEN}" for found in parts if found) or HIDDEN
        if _SECRET_NAME.search(name):
            self.learn([value, *value.split()])  # also without its "Bearer"
            return HIDDEN
        return self.text(value)

    def _value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._entry(str(key), inner) for key, inner in value.items()}
        return [self._value(inner) for inner in value] if isinstance(value, list) else value

    def _entry(self, key: str, value: Any) -> Any:
        if not (isinstance(value, str) and _SECRET_NAME.search(key)):
            return self._value(value)
        self.learn([value])
        return HIDDEN
