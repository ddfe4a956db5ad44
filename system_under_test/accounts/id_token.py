"""What an ID token must hold before anybody is believed to be who it names (OpenID Connect Core, 3.1.3.7)."""

import hmac
from dataclasses import dataclass
from typing import Any

from joserfc import jwk, jwt
from joserfc.errors import JoseError

# Asymmetric only: with "none" anybody, with HS256 anybody who knows a public key could sign.
ALGORITHMS = ("RS256", "PS256", "ES256")
LEEWAY_SECONDS = 60
LONGEST = 16_384  # characters


class IdTokenError(Exception):
    """The ID token cannot be believed; the text says which rule it breaks and holds nothing of the token."""


class UnknownKeyError(IdTokenError):
    """The token names a key that is not among the provider's."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who signed in, as the provider says; the e-mail is verified, ``name`` may be empty."""

    issuer: str
    subject: str
    email: str
    name: str
    is_admin: bool


@dataclass(frozen=True, slots=True)
class Expected:
    """What the token of one sign-in must say."""

    issuer: str
    client_id: str
    nonce: str
    role_claim: str


def read_id_token(value: str, keys: jwk.KeySet, expected: Expected) -> Person:
    """Return the person; raises UnknownKeyError, or IdTokenError for everything else that is wrong."""
    if len(value) > LONGEST:
        raise IdTokenError("length")

    def find(guest: jwk.GuestProtocol) -> jwk.Key:
        return _find_key(guest, keys)

    registry = jwt.JWTClaimsRegistry(
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": expected.issuer},
        sub={"essential": True},
        aud={"essential": True, "value": expected.client_id},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True},
    )
    try:
        claims = jwt.decode(value, find, algorithms=ALGORITHMS).claims
        registry.validate(claims)
    except (JoseError, ValueError) as error:
        claim = getattr(error, "claim", None)
        raise IdTokenError(str(claim) if claim else type(error).__name__) from error
    _check_party(claims, expected)
    if not hmac.compare_digest(str(claims["nonce"]).encode(), expected.nonce.encode()):
        raise IdTokenError("nonce")
    return _person(claims, expected)


def _find_key(guest: jwk.GuestProtocol, keys: jwk.KeySet) -> jwk.Key:
    kid = guest.headers().get("kid")
    for key in keys:
        # A token need not name its key when there is one only.
        if key.kid == kid or (kid is None and len(keys.keys) == 1):
            return key
    raise UnknownKeyError("kid")


def _check_party(claims: dict[str, Any], expected: Expected) -> None:
    party = claims.get("azp")
    if party is not None and party != expected.client_id:
        raise IdTokenError("azp")
    if party is None and isinstance(claims["aud"], list) and len(claims["aud"]) > 1:
        raise IdTokenError("azp")


def _person(claims: dict[str, Any], expected: Expected) -> Person:
    email, name, subject = claims.get("email"), claims.get("name"), claims["sub"]
    # Some providers write the word instead of the value.
    if not isinstance(email, str) or "@" not in email or claims.get("email_verified") not in (True, "true"):
        raise IdTokenError("email")
    if not subject:
        raise IdTokenError("sub")
    return Person(
        issuer=expected.issuer,
        subject=subject,
        email=email.strip(),
        name=name if isinstance(name, str) else "",
        is_admin=claims.get(expected.role_claim) == "admin",
    )
