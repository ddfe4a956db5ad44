"""The identity provider: OpenID Connect, authorisation code with PKCE, for any issuer that has discovery.

Written with httpx and joserfc: of authlib's client only a few lines would be left that are not checks of our own.
"""

import base64
import hashlib
import secrets
import ssl
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from joserfc import jwk
from joserfc.errors import JoseError

from system_under_test.accounts.id_token import Expected, IdTokenError, Person, UnknownKeyError, read_id_token
from system_under_test.settings import AppSettings

TIMEOUT = httpx.Timeout(6.0, connect=3.0)
KEPT_SECONDS = 3600.0
CALLBACK_PATH = "/auth/google/callback"
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderAwayError(Exception):
    """The provider does not answer, or not in its protocol; the cause is chained."""


class CodeRefusedError(Exception):
    """The provider did not take the code: it is too old, was used before, or is none of its own."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """The secrets of one sign-in; they stay with the browser until the person comes back."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> "Attempt":
        """Return fresh secrets of 256 bits each."""
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))


@dataclass(slots=True)
class _Kept:
    value: Any
    until: float


class Provider:
    """One issuer. Its metadata and keys are kept for an hour; methods raise ProviderAwayError."""

    def __init__(self, settings: AppSettings) -> None:
        self._issuer = settings.oidc_issuer.removesuffix("/")
        self._client_id = settings.oidc_client_id
        self._client_secret = settings.oidc_client_secret
        self._role_claim = settings.oidc_role_claim
        self._redirect_uri = settings.public_url.removesuffix("/") + CALLBACK_PATH
        self._tls = ssl.create_default_context()
        self._kept: dict[str, _Kept] = {}

    def authorization_url(self, attempt: Attempt) -> str:
        """Return where the person signs in."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(attempt.verifier.encode()).digest()).rstrip(b"=").decode()
        endpoint: str = self._metadata()["authorization_endpoint"]
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._redirect_uri,
            "scope": "openid email profile",
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "prompt": "select_account",
        }
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"

    def is_mine(self, issuer: str | None) -> bool:
        """Tell whether an answer came from this provider, by its parameter ``iss`` (RFC 9207)."""
        if issuer is None:
            return not self._metadata().get("authorization_response_iss_parameter_supported")
        return bool(issuer == self._metadata()["issuer"])

    def person(self, code: str, attempt: Attempt) -> Person:
        """Turn a code into the person who signed in; raises CodeRefusedError and IdTokenError too."""
        answer = self._post(
            self._metadata()["token_endpoint"],
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": self._redirect_uri,
                "client_id": self._client_id,
                "client_secret": self._client_secret.get_secret_value(),
                "code_verifier": attempt.verifier,
            },
        )
        id_token = answer.get("id_token")
        if not isinstance(id_token, str):
            raise IdTokenError("missing")
        expected = Expected(self._metadata()["issuer"], self._client_id, attempt.nonce, self._role_claim)
        try:
            return read_id_token(id_token, self._keys(), expected)
        except UnknownKeyError:
            # The provider has a new key: ask once more, and no more than once.
            return read_id_token(id_token, self._keys(fresh=True), expected)

    def _metadata(self) -> dict[str, Any]:
        def fetch() -> dict[str, Any]:
            found = self._get(f"{self._issuer}/.well-known/openid-configuration")
            if str(found.get("issuer", "")).removesuffix("/") != self._issuer:
                raise ProviderAwayError("the metadata is of another issuer")
            if not all(self._is_endpoint(found.get(name)) for name in _ENDPOINTS):
                raise ProviderAwayError("the metadata lacks an endpoint")
            return found

        found: dict[str, Any] = self._keep("metadata", fetch, fresh=False)
        return found

    def _is_endpoint(self, url: object) -> bool:
        # A provider reached over TLS must not send secrets over anything less.
        schemes = ("https",) if self._issuer.startswith("https:") else ("https", "http")
        return isinstance(url, str) and urlsplit(url).scheme in schemes

    def _keys(self, *, fresh: bool = False) -> jwk.KeySet:
        def fetch() -> jwk.KeySet:
            return _readable_keys(self._get(self._metadata()["jwks_uri"]).get("keys"))

        keys: jwk.KeySet = self._keep("keys", fetch, fresh=fresh)
        return keys

    def _keep(self, name: str, fetch: Any, *, fresh: bool) -> Any:
        kept = self._kept.get(name)
        if kept is not None and not fresh and time.monotonic() < kept.until:
            return kept.value
        try:
            value = fetch()
        except ProviderAwayError:
            # What was true an hour ago most likely still is.
            if kept is None or fresh:
                raise
            value = kept.value
        self._kept[name] = _Kept(value, time.monotonic() + KEPT_SECONDS)
        return value

    def _get(self, url: str) -> dict[str, Any]:
        response = self._send("GET", url, None)
        if response.status_code != 200:
            raise ProviderAwayError(f"status {response.status_code}")
        return _object(response)

    def _post(self, url: str, form: dict[str, str]) -> dict[str, Any]:
        response = self._send("POST", url, form)
        if response.status_code in (400, 401, 403):
            raise CodeRefusedError(str(_object(response).get("error", "")))
        if response.status_code != 200:
            raise ProviderAwayError(f"status {response.status_code}")
        return _object(response)

    def _send(self, method: str, url: str, form: dict[str, str] | None) -> httpx.Response:
        try:
            # A client of its own for each of these rare requests: nothing to close, nothing to go stale.
            with httpx.Client(timeout=TIMEOUT, verify=self._tls) as client:
                return client.request(method, url, data=form, headers={"Accept": "application/json"})
        except httpx.HTTPError as error:
            raise ProviderAwayError("no answer") from error


def _object(response: httpx.Response) -> dict[str, Any]:
    try:
        found = response.json()
    except ValueError as error:
        raise ProviderAwayError("the answer is no JSON") from error
    if not isinstance(found, dict):
        raise ProviderAwayError("the answer is no object")
    return found


def _readable_keys(found: object) -> jwk.KeySet:
    keys: list[jwk.Key] = []
    for one in found if isinstance(found, list) else []:
        try:
            keys.append(jwk.import_key(one))
        except (JoseError, ValueError, TypeError, KeyError):
            continue  # of a kind that we do not know, hence not one that signs for us
    if not keys:
        raise ProviderAwayError("there are no keys")
    return jwk.KeySet(keys)
