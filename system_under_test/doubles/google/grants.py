"""Codes and tokens in memory: who was promised what, until when, and whether it was taken back."""

import base64
import hashlib
import hmac
import re
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from typing import Generic, TypeVar

from system_under_test.doubles.google.clock import IssuerClock
from system_under_test.doubles.google.errors import TokenError
from system_under_test.doubles.google.persons import Person
from system_under_test.doubles.google.request import AuthorizationRequest

CODE_SECONDS = 60
ACCESS_SECONDS = 3599
# A load test signs in very many persons; the oldest are forgotten, which reads as "revoked".
REMEMBERED = 50_000
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")

Value = TypeVar("Value")


@dataclass(slots=True)
class Grant:
    """What one sign-in allows; ``revoked`` ends all of its tokens at once."""

    request: AuthorizationRequest
    person: Person
    code_expires_at: float
    spent: bool = False
    revoked: bool = False


class _Remembered(Generic[Value]):
    """The newest ``REMEMBERED`` values by an unguessable key."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._values: OrderedDict[str, Value] = OrderedDict()

    def add(self, value: Value) -> str:
        key = self._prefix + secrets.token_urlsafe(48)
        self._values[key] = value
        if len(self._values) > REMEMBERED:
            self._values.popitem(last=False)
        return key

    def get(self, key: str) -> Value | None:
        return self._values.get(key)

    def __len__(self) -> int:
        return len(self._values)


class GrantStore:
    """Issues codes, turns them into tokens once, and takes tokens back."""

    def __init__(self, clock: IssuerClock) -> None:
        self._clock = clock
        self.clear()

    def clear(self) -> None:
        """Forget every code, token and browser session."""
        # The prefixes and the slash in codes are Google's: clients must cope with them in URLs.
        self._codes: _Remembered[Grant] = _Remembered("4/0A")
        self._access: _Remembered[tuple[Grant, float]] = _Remembered("ya29.a0")
        self._refresh: _Remembered[Grant] = _Remembered("1//0")
        self._sessions: _Remembered[Person] = _Remembered("")

    def counts(self) -> dict[str, int]:
        """Return how many of each kind are remembered."""
        return {
            "codes": len(self._codes),
            "access_tokens": len(self._access),
            "refresh_tokens": len(self._refresh),
            "sessions": len(self._sessions),
        }

    def open_session(self, person: Person) -> str:
        """Remember that a browser signed in; return its cookie."""
        return self._sessions.add(person)

    def session_person(self, cookie: str) -> Person | None:
        """Return who signed in with this browser."""
        return self._sessions.get(cookie)

    def issue_code(self, request: AuthorizationRequest, person: Person) -> str:
        """Return a code that lives for 60 s of the issuer's clock."""
        return self._codes.add(Grant(request, person, self._clock.now() + CODE_SECONDS))

    def redeem(self, code: str, redirect_uri: str | None, verifier: str | None) -> Grant:
        """Return the grant behind ``code``; raise TokenError for anything wrong.

        One attempt of an authenticated client spends the code, whatever comes of it: nobody may try
        verifiers one after the other. A second attempt also revokes what the first one got.
        """
        grant = self._codes.get(code)
        if grant is None:
            raise TokenError("invalid_grant", "Malformed auth code.")
        if grant.spent:
            grant.revoked = True
            raise TokenError("invalid_grant", "Bad Request")
        grant.spent = True
        if self._clock.now() >= grant.code_expires_at:
            raise TokenError("invalid_grant", "Bad Request")
        if redirect_uri != grant.request.redirect_uri:
            raise TokenError("redirect_uri_mismatch", "Bad Request")
        _check_verifier(verifier, grant.request.challenge)
        return grant

    def issue_access(self, grant: Grant) -> str:
        """Return an access token that lives for 3599 s of the issuer's clock."""
        return self._access.add((grant, self._clock.now() + ACCESS_SECONDS))

    def issue_refresh(self, grant: Grant) -> str:
        """Return a refresh token; like Google's it lives until it is revoked."""
        return self._refresh.add(grant)

    def of_access(self, token: str) -> Grant | None:
        """Return the grant of a living access token."""
        found = self._access.get(token)
        if found is None or found[0].revoked or self._clock.now() >= found[1]:
            return None
        return found[0]

    def of_refresh(self, token: str) -> Grant | None:
        """Return the grant of a living refresh token."""
        grant = self._refresh.get(token)
        return None if grant is None or grant.revoked else grant

    def revoke(self, token: str) -> bool:
        """Take back the grant behind an access or refresh token; False when there was none."""
        grant = self.of_refresh(token) or self.of_access(token)
        if grant is None:
            return False
        grant.revoked = True
        return True


def _check_verifier(verifier: str | None, challenge: str | None) -> None:
    if challenge is None:
        if verifier is not None:
            raise TokenError("invalid_grant", "code_verifier or verifier is not needed.")
        return
    if verifier is None:
        raise TokenError("invalid_grant", "Missing code verifier.")
    digest = hashlib.sha256(verifier.encode()).digest()
    expected = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    if not _VERIFIER.fullmatch(verifier) or not hmac.compare_digest(expected, challenge):
        raise TokenError("invalid_grant", "Invalid code verifier.")
