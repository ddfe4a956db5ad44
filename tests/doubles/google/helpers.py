"""The process under test, and a client made of authlib and joserfc that signs in through it."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.doubles.google.forms import submit
from tests.shop.helpers import ROOT, answers, wait_until

with warnings.catch_warnings():
    # authlib would rather have httpx's successor; either will do here. It also asks to be heard always.
    import authlib.deprecate  # type: ignore[import-untyped]

    warnings.filterwarnings("ignore", category=authlib.deprecate.AuthlibDeprecationWarning)
    from authlib.integrations.httpx_client import OAuth2Client  # type: ignore[import-untyped]
    from authlib.integrations.httpx_client import OAuthError as OAuthError
from authlib.oauth2.rfc6749.errors import MismatchingStateException as MismatchingStateException  # type: ignore[import-untyped]
from authlib.oidc.core.util import create_half_hash as create_half_hash  # type: ignore[import-untyped]

CLIENT_ID = "shop.apps.example"
SECRET = "a-secret-for-tests-only"  # noqa: S105 - of no use elsewhere
REDIRECT = "http://127.0.0.1:9/auth/google/callback"
REDIRECT_WITH_QUERY = "http://127.0.0.1:9/callback?shop=1"
ANNA = {"person": "anna.becker@example.org"}
ROLE = "https://village-calendar.example/role"


@dataclass
class Double:
    """A running process of the double."""

    url: str
    process: subprocess.Popen[bytes]
    http: httpx.Client
    opened: ExitStack

    def client(self, *, issuer: str = "", **options: str) -> RelyingParty:
        """Return a client of this provider; it is closed with the test."""
        party = RelyingParty(issuer or self.url, **options)
        self.opened.callback(party.oauth.close)
        return party

    def control(self, what: str, **parameters: object) -> dict[str, Any]:
        response = self.http.post(f"/_control/{what}", params={k: str(v) for k, v in parameters.items()})
        assert response.status_code == 200, response.text
        state: dict[str, Any] = response.json()
        return state


@contextmanager
def started_double(port: int, options: Sequence[str], environment: Mapping[str, str]) -> Iterator[Double]:
    url = f"http://127.0.0.1:{port}"
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DOUBLE_GOOGLE_", "SHOP_"))}
    command = [sys.executable, "-W", "error", "-m", "system_under_test.doubles.google", "--port", str(port), *options]
    process = subprocess.Popen(command, cwd=ROOT, env={**kept, **environment}, stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: answers(url + "/livez") or process.poll() is not None)
        assert process.poll() is None, "the double ended instead of starting"
        with httpx.Client(base_url=url, timeout=20) as http, ExitStack() as opened:
            yield Double(url, process, http, opened)
    finally:
        process.terminate()
        process.wait(10)


@dataclass(frozen=True)
class SignIn:
    """What a client remembers while its user is at the provider."""

    url: str
    state: str
    nonce: str
    verifier: str


class RelyingParty:
    """What a careful client does: everything it knows comes from discovery and its own settings."""

    def __init__(
        self,
        issuer: str,
        *,
        method: str = "client_secret_post",
        client_id: str = CLIENT_ID,
        secret: str = SECRET,
        redirect_uri: str = REDIRECT,
        scope: str = "openid email profile",
    ) -> None:
        self.metadata: dict[str, Any] = httpx.get(issuer + "/.well-known/openid-configuration", timeout=20).json()
        assert self.metadata["issuer"] == issuer
        self.oauth = OAuth2Client(
            client_id,
            secret,
            token_endpoint_auth_method=method,
            redirect_uri=redirect_uri,
            scope=scope,
            code_challenge_method="S256",
            timeout=20,
        )

    def begin(self, *, nonce: str = "nonce-" + "n" * 32, **more: str) -> SignIn:
        verifier = "verifier-" + "v" * 40
        url, state = self.oauth.create_authorization_url(
            self.metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce, **more
        )
        return SignIn(url, state, nonce, verifier)

    def fetch(self, sign_in: SignIn, callback: str, **more: str) -> dict[str, Any]:
        """Check state, then trade the code for tokens; raises what authlib raises."""
        token: dict[str, Any] = self.oauth.fetch_token(
            self.metadata["token_endpoint"],
            authorization_response=callback,
            state=sign_in.state,
            **{"code_verifier": sign_in.verifier, **more},
        )
        return token

    def claims(self, id_token: str, nonce: str | None) -> dict[str, Any]:
        """Return the validated claims; raises what joserfc raises."""
        keys = KeySet.import_key_set(httpx.get(self.metadata["jwks_uri"], timeout=20).json())
        token = jwt.decode(id_token, keys, algorithms=["RS256"])
        wanted: dict[str, Any] = {
            "iss": {"essential": True, "value": self.metadata["issuer"]},
            "aud": {"essential": True, "value": self.oauth.client_id},
            "azp": {"value": self.oauth.client_id},
            "sub": {"essential": True},
            "iat": {"essential": True},
            "exp": {"essential": True},
        }
        if nonce is not None:
            wanted["nonce"] = {"essential": True, "value": nonce}
        jwt.JWTClaimsRegistry(leeway=10, **wanted).validate(token.claims)
        return token.claims

    def sign_in(self, form: Mapping[str, str] = ANNA, **more: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Do all of it; return the token answer and the claims."""
        started = self.begin(**more)
        token = self.fetch(started, submit(started.url, form))
        return token, self.claims(token["id_token"], started.nonce)
