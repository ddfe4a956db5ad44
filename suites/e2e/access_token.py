"""What stands in an access token. Nothing is verified: the shop alone holds the key."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Token:
    """A JSON Web Token, taken apart. Its text is not shown when it is printed: whoever has it is the person."""

    header: dict[str, Any]
    claims: dict[str, Any]

    @classmethod
    def read(cls, text: str) -> Token:
        """Takes a token apart. Raises AssertionError for what is none."""
        parts = text.split(".")
        if len(parts) != 3 or not all(parts):
            raise AssertionError(f"expected a token of three parts, got one of {len(parts)}")
        return cls(_object(parts[0]), _object(parts[1]))


def _object(part: str) -> dict[str, Any]:
    try:
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, binascii.Error) as error:
        raise AssertionError("expected a part of a token to be base64url of JSON") from error
    if not isinstance(found, dict):
        raise AssertionError("expected a part of a token to be a JSON object")  # noqa: TRY004  the shop's fault
    return found
