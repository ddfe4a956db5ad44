"""Signed values: cookies and access tokens are JSON Web Tokens (HS256), each kind under a key of its own."""

import hashlib
import hmac
import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from joserfc import jwk, jwt
from joserfc.errors import JoseError
from pydantic import SecretStr

ALGORITHM = "HS256"
LONGEST = 4096  # characters; whatever is longer was not made here
_TIMES = jwt.JWTClaimsRegistry(exp={"essential": True}, iat={"essential": True})


class InvalidTokenError(Exception):
    """The value is malformed, forged, of another kind, or expired."""


class Signer:
    """Signs one kind of value with the first secret, and believes all of them: secrets can be changed in two steps."""

    def __init__(self, kind: str, secrets: Sequence[SecretStr]) -> None:
        self._kind = kind
        self._keys = {key.kid: key for key in (_key(kind, secret) for secret in secrets)}
        self._current = next(iter(self._keys.values()))

    def sign(self, claims: dict[str, Any], seconds: float) -> str:
        """Return ``claims`` as a token that lives for so many seconds."""
        now = int(time.time())
        header = {"alg": ALGORITHM, "kid": self._current.kid, "typ": self._kind}
        return jwt.encode(header, {**claims, "iat": now, "exp": now + int(seconds)}, self._current, [ALGORITHM])

    def read(self, value: str) -> dict[str, Any]:
        """Return the claims; raises InvalidTokenError."""
        if not value or len(value) > LONGEST:
            raise InvalidTokenError
        try:
            token = jwt.decode(value, self._find, algorithms=[ALGORITHM])
            _TIMES.validate(token.claims)
        except (JoseError, ValueError) as error:
            raise InvalidTokenError from error
        return token.claims

    def _find(self, guest: jwk.GuestProtocol) -> jwk.OctKey:
        key = self._keys.get(guest.headers().get("kid"))
        if key is None:
            raise InvalidTokenError
        return key


@lru_cache(maxsize=16)
def signer(kind: str, *secrets: SecretStr) -> Signer:
    """Return the signer of a kind; made once, because every request asks for one."""
    return Signer(kind, secrets)


def _key(kind: str, secret: SecretStr) -> jwk.OctKey:
    # Derived: a signature made for one purpose is worth nothing for another, and short secrets make full-length keys.
    raw = hmac.new(secret.get_secret_value().encode(), f"village-calendar:{kind}".encode(), hashlib.sha256).digest()
    name = hashlib.sha256(b"kid:" + raw).hexdigest()[:16]
    return jwk.OctKey.import_key(raw, {"kid": name, "use": "sig", "alg": ALGORITHM})
