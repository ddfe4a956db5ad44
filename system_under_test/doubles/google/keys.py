"""The issuer's signing keys: one signs, the one before it is still published."""

from joserfc import jwk, jws

KEY_BITS = 2048


def _new_key() -> jwk.RSAKey:
    key = jwk.RSAKey.generate_key(KEY_BITS, {"use": "sig", "alg": "RS256"}, private=True, auto_kid=True)
    # joserfc names a key when it is first asked for; a key that is published must have its name at once.
    key.ensure_kid()
    return key


class KeyRing:
    """The current key and, after a rotation, the one that it replaced."""

    def __init__(self) -> None:
        self._keys = [_new_key()]
        self._stray: jwk.RSAKey | None = None

    @property
    def kids(self) -> list[str]:
        """Key ids as published, the signing one first."""
        return [str(key.kid) for key in self._keys]

    def rotate(self) -> None:
        """Sign with a new key from now on; the present one stays published until the next rotation."""
        self._keys = [_new_key(), self._keys[0]]

    def published(self) -> dict[str, object]:
        """Return the JWKS: public halves only."""
        return {"keys": [key.as_dict(private=False) for key in self._keys]}

    def sign(self, payload: bytes, *, with_stray_key: bool = False) -> str:
        """Return ``payload`` as a compact RS256 JWS that names the current key.

        ``with_stray_key`` signs with a key that nobody publishes: a forgery.
        """
        header = {"alg": "RS256", "kid": self.kids[0], "typ": "JWT"}
        key = self._keys[0]
        if with_stray_key:
            key = self._stray = self._stray or _new_key()
        return jws.serialize_compact(header, payload, key, algorithms=["RS256"])
