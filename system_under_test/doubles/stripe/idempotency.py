"""``Idempotency-Key``: the same key gives the same answer, and never to another request."""

import hashlib
from dataclasses import dataclass

from system_under_test.doubles.stripe.errors import ApiError, invalid
from system_under_test.doubles.stripe.values import Obj

IDEMPOTENCY = "idempotency_error"
MAX_KEY = 255


@dataclass
class _Entry:
    path: str
    digest: str
    answer: tuple[int, Obj] | None = None


class IdempotencyKeys:
    """The keys seen so far. A key is claimed before the work and then either kept with an answer or released."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}

    def claim(self, key: str, path: str, body: bytes) -> tuple[int, Obj] | None:
        """Return the kept answer of ``key``, or None if it is now claimed; raises ApiError (400 or 409)."""
        if len(key) > MAX_KEY:
            raise invalid(f"Idempotency keys can be at most {MAX_KEY} characters long.")
        digest = hashlib.sha256(body).hexdigest()
        entry = self._entries.get(key)
        if entry is None:
            self._entries[key] = _Entry(path, digest)
            return None
        if entry.path != path:
            raise ApiError(
                400,
                "Keys for idempotent requests can only be used for the same endpoint they were first used for "
                f"('{path}' vs '{entry.path}'). Try using a key other than '{key}' if you meant to execute a "
                "different request.",
                kind=IDEMPOTENCY,
            )
        if entry.digest != digest:
            raise ApiError(
                400,
                "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                f"Try using a key other than '{key}' if you meant to execute a different request.",
                kind=IDEMPOTENCY,
            )
        if entry.answer is None:
            raise ApiError(
                409,
                "There is currently another in-progress request using this Idempotency Key. Please try again later.",
                kind=IDEMPOTENCY,
                code="idempotency_key_in_use",
            )
        return entry.answer

    def keep(self, key: str, status: int, body: Obj) -> None:
        """Keep the answer of a request that was carried out, unless all keys were forgotten meanwhile."""
        entry = self._entries.get(key)
        if entry is not None:
            entry.answer = (status, body)

    def release_unanswered(self, key: str) -> None:
        """Forget a key whose request was never begun, so that it may be sent again."""
        entry = self._entries.get(key)
        if entry is not None and entry.answer is None:
            del self._entries[key]
