"""The issuer: settings, clock, keys, grants and faults in one place, and the ID tokens made from them."""

import base64
import hashlib
import json
from typing import Any

from system_under_test.doubles.google.clock import IssuerClock
from system_under_test.doubles.google.faults import OF_THE_TOKEN, FaultKind, Faults
from system_under_test.doubles.google.grants import Grant, GrantStore
from system_under_test.doubles.google.keys import KeyRing
from system_under_test.doubles.google.settings import DoubleSettings

ID_TOKEN_SECONDS = 3600
ROLE_CLAIM = "https://village-calendar.example/role"


class Issuer:
    """Everything that the endpoints share. One event loop uses it, so there are no locks."""

    def __init__(self, settings: DoubleSettings) -> None:
        self.settings = settings
        self.url = settings.issuer_url
        self.clock = IssuerClock()
        self.keys = KeyRing()
        self.grants = GrantStore(self.clock)
        self.faults = Faults()

    def reset(self) -> None:
        """Forget sign-ins, faults and skew. Keys stay, because clients have cached them."""
        self.clock.skew_seconds = 0.0
        self.grants.clear()
        self.faults.clear()

    def id_token(self, grant: Grant, access_token: str, nonce: str | None) -> str:
        """Return the signed ID token, spoilt when a fault was ordered."""
        now = int(self.clock.now())
        claims: dict[str, Any] = {
            "iss": self.url,
            "azp": self.settings.client_id,
            "aud": self.settings.client_id,
            **person_claims(grant),
            "at_hash": half_hash(access_token),
            "iat": now,
            "exp": now + ID_TOKEN_SECONDS,
        }
        if nonce is not None:
            claims["nonce"] = nonce
        fault, _ = self.faults.take(OF_THE_TOKEN)
        claims |= _spoilt(fault, claims)
        payload = json.dumps(claims, separators=(",", ":"), ensure_ascii=False).encode()
        if fault is FaultKind.NONE_ALGORITHM:
            header = json.dumps({"alg": "none", "kid": self.keys.kids[0], "typ": "JWT"}).encode()
            return f"{_base64url(header)}.{_base64url(payload)}."
        return self.keys.sign(payload, with_stray_key=fault is FaultKind.WRONG_SIGNATURE)


def person_claims(grant: Grant) -> dict[str, Any]:
    """Return what the grant's scopes tell about the person; there is no picture."""
    person = grant.person
    claims: dict[str, Any] = {"sub": person.subject}
    if grant.request.has_scope("email"):
        claims |= {"email": person.email, "email_verified": True}
    if grant.request.has_scope("profile"):
        claims |= {"name": person.name, "given_name": person.given_name}
        if person.family_name:
            claims["family_name"] = person.family_name
    if person.is_admin:
        claims[ROLE_CLAIM] = "admin"
    return claims


def half_hash(token: str) -> str:
    """Return ``at_hash`` (OpenID Connect Core, 3.1.3.6): the left half of the SHA-256, in base64url."""
    return _base64url(hashlib.sha256(token.encode()).digest()[:16])


def _spoilt(fault: FaultKind | None, claims: dict[str, Any]) -> dict[str, Any]:
    if fault is FaultKind.EXPIRED:
        # Far beyond any leeway that a client may allow.
        return {"iat": claims["iat"] - 2 * ID_TOKEN_SECONDS, "exp": claims["exp"] - 2 * ID_TOKEN_SECONDS}
    if fault is FaultKind.WRONG_NONCE:
        return {"nonce": "of-another-sign-in"}
    if fault is FaultKind.WRONG_AUDIENCE:
        return {"aud": "another-client.apps.example"}
    if fault is FaultKind.WRONG_ISSUER:
        return {"iss": "https://accounts.another-issuer.example"}
    return {}


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
