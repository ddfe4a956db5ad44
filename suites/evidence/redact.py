"""Takes cookies, tokens and other secrets out of what is kept as evidence."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

HIDDEN = "‹redacted›"
_SECRET_NAME = re.compile(
    r"(^|[-_])(authorization|cookie|password|passwd|secret|token|signature|credential|api[-_]?key|session)s?($|[-_])"
    r"|(password|secret|token|apikey|authorization)$"
    r"|^card[-_]?number$|^cvc$",
    re.IGNORECASE,
)
# One-time secrets of a sign-in. Their names are everyday words, so only long values in an address are taken for them.
_SIGN_IN = re.compile(r"^(code|state|nonce|code_verifier|code_challenge)$")
_LONG = 16
_QUERY = re.compile(r"(^|[?&](?:amp;)?)([^=&?#/:\s\"';<>]+)=([^&#\s\"'<>]+)")
_COOKIE = re.compile(r"^\s*([^=;\s]+)=([^;]*)")
_JWT = re.compile(r"\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*")
_OPAQUE = re.compile(r"^(?=.*\d)(?=.*[A-Za-z])[\w.~+/=-]{24,}$")
_LEAST = 6  # shorter values are too common to be searched for in texts


class Redactor:
    """Knows the secret values seen so far and removes them wherever they occur."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def learn(self, values: Iterable[str]) -> None:
        """Remembers values that must not be kept, such as those of cookies."""
        fresh = {value for value in values if len(value) >= _LEAST and value != HIDDEN} - self._secrets
        if fresh:
            self._secrets |= fresh
            self._pattern = None

    def learn_entry(self, name: str, value: str) -> None:
        """Remembers what a browser stores under a name, if the name or the shape of the value says that it is secret.

        JSON is looked into.
        """
        if _SECRET_NAME.search(name) or _OPAQUE.match(value):
            self.learn([value])
        with contextlib.suppress(ValueError):
            self.value(json.loads(value))

    def headers(self, pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
        """Header pairs with secret values hidden. The names of cookies stay."""
        return [[name, self._header(name, value)] for name, value in pairs]

    def text(self, text: str) -> str:
        """A text (body, URL, sentence) with secrets hidden; JSON is also searched by key."""
        with contextlib.suppress(ValueError):
            found = json.loads(text)
            text = json.dumps(self.value(found), ensure_ascii=False) if isinstance(found, dict | list) else text
        return self.plain(text)

    def plain(self, text: str) -> str:
        """A text that is no JSON: tokens by their shape, parameters of addresses by their name, and what was learnt."""
        text = _QUERY.sub(self._parameter, _JWT.sub(HIDDEN, text))
        if self._pattern is None and self._secrets:
            longest_first = sorted(self._secrets, key=len, reverse=True)
            self._pattern = re.compile("|".join(re.escape(secret) for secret in longest_first))
        return self._pattern.sub(HIDDEN, text) if self._pattern else text

    def value(self, value: Any) -> Any:
        """A JSON document with secrets hidden: by key, in pairs of `name` and `value`, and in every text of it."""
        if isinstance(value, Mapping):
            if isinstance(value.get("name"), str) and isinstance(value.get("value"), str):
                value = {**value, "value": self._header(value["name"], value["value"])}
            return {key: self._entry(str(key), inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.value(inner) for inner in value]
        return self.plain(value) if isinstance(value, str) else value

    def _header(self, name: str, value: str) -> str:
        if name.lower() == "set-cookie":
            lines = [(line, _COOKIE.match(line)) for line in value.splitlines()]  # a recorded answer joins several
            self.learn(found[2] if found else line for line, found in lines)
            return "\n".join(_COOKIE.sub(rf"\1={HIDDEN}", line) if found else HIDDEN for line, found in lines)
        if name.lower() == "cookie":
            parts = [_COOKIE.match(part) for part in value.split(";")]
            self.learn(found[2] for found in parts if found)
            return "; ".join(f"{found[1]}={HIDDEN}" for found in parts if found) or HIDDEN
        if _SECRET_NAME.search(name) or (_SIGN_IN.search(name) and len(value) >= _LONG):
            self.learn([value, value.split()[-1] if value.strip() else ""])  # also without its "Bearer"
            return HIDDEN
        return self.plain(value)

    def _entry(self, key: str, value: Any) -> Any:
        if key == "cookies" and isinstance(value, list):
            return [self._cookie(one) for one in value]
        if not (isinstance(value, str) and _SECRET_NAME.search(key)):
            return self.value(value)
        self.learn([value])
        return HIDDEN

    def _cookie(self, one: Any) -> Any:
        if not (isinstance(one, Mapping) and isinstance(one.get("value"), str)):
            return self.value(one)
        self.learn([one["value"]])
        return {**one, "value": HIDDEN}

    def _parameter(self, found: re.Match[str]) -> str:
        before, name, value = found.groups()
        secret = _SECRET_NAME.search(name)
        if secret:
            self.learn([value])
        one_time = before and _SIGN_IN.search(name) and len(value) >= _LONG
        return f"{before}{name}={HIDDEN}" if secret or one_time else found[0]
