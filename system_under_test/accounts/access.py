"""Access tokens: short-lived, signed, carried by the browser's scripts in ``Authorization``."""

import secrets
import uuid
from dataclasses import dataclass

from system_under_test.accounts.identity import Identity, Role
from system_under_test.accounts.signing import InvalidTokenError, signer
from system_under_test.settings import AppSettings

ACCESS_SECONDS = 15 * 60
AUDIENCE = "village-calendar-api"


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token as the browser gets it; ``expires_in`` in seconds."""

    value: str
    expires_in: int


class AccessTokens:
    """Issues and reads access tokens. Reading asks nobody: whether the sign-in still holds is looked up elsewhere."""

    def __init__(self, settings: AppSettings) -> None:
        self._issuer = settings.public_url
        previous = settings.token_secret_previous
        self._signer = signer("at+jwt", settings.token_secret, *([previous] if previous else []))

    def issue(self, identity: Identity, seconds: float = ACCESS_SECONDS) -> AccessToken:
        """Return a token that names ``identity`` for so many seconds."""
        claims = {
            "iss": self._issuer,
            "aud": AUDIENCE,
            "sub": str(identity.account_id),
            "sid": str(identity.sign_in_id),
            "role": identity.role,
            "jti": secrets.token_urlsafe(12),
        }
        return AccessToken(self._signer.sign(claims, seconds), int(seconds))

    def read(self, value: str) -> Identity:
        """Return whom the token names; raises InvalidTokenError."""
        claims = self._signer.read(value)
        if claims.get("iss") != self._issuer or claims.get("aud") != AUDIENCE:
            raise InvalidTokenError
        try:
            return Identity(uuid.UUID(claims["sub"]), uuid.UUID(claims["sid"]), Role(claims["role"]))
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise InvalidTokenError from error
