"""``/token`` and ``/revoke``: codes and refresh tokens in, tokens out."""

import asyncio
import base64
import binascii
import hmac
from urllib.parse import unquote_plus

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from system_under_test.doubles.google.authorize import form_pairs
from system_under_test.doubles.google.errors import TokenError, single_values
from system_under_test.doubles.google.faults import OF_THE_ANSWER, FaultKind
from system_under_test.doubles.google.grants import ACCESS_SECONDS, Grant
from system_under_test.doubles.google.issuer import Issuer
from system_under_test.doubles.google.settings import DoubleSettings


def make_router(issuer: Issuer) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.post("/token")
    async def token(http: Request) -> Response:
        try:
            values, repeated = single_values(await form_pairs(http))
            if repeated:
                sentence = f"OAuth 2 parameters can only have a single value: {repeated[0]}"
                raise TokenError("invalid_request", sentence)
            _authenticate(http, values, issuer.settings)
            fault, seconds = issuer.faults.take(OF_THE_ANSWER)
            if fault is FaultKind.ERROR:
                return JSONResponse({"error": "internal_failure", "error_description": "Backend Error"}, 500)
            await asyncio.sleep(seconds if fault is FaultKind.SLOW else 0)
            return JSONResponse(_grant_tokens(issuer, values), headers={"Pragma": "no-cache"})
        except TokenError as error:
            return _refusal(error)

    @router.post("/revoke")
    async def revoke(http: Request) -> Response:
        # Like Google's: the token is proof enough, whoever holds it may end it.
        values, _ = single_values([*http.query_params.multi_items(), *await form_pairs(http)])
        if "token" not in values:
            return _refusal(TokenError("invalid_request", "Missing required parameter: token"))
        if not issuer.grants.revoke(values["token"]):
            return _refusal(TokenError("invalid_token", "Token expired or revoked"))
        return JSONResponse({})

    return router


def _grant_tokens(issuer: Issuer, values: dict[str, str]) -> dict[str, object]:
    kind = values.get("grant_type", "")
    if kind == "authorization_code":
        if "code" not in values:
            raise TokenError("invalid_request", "Missing required parameter: code")
        grant = issuer.grants.redeem(values["code"], values.get("redirect_uri"), values.get("code_verifier"))
        answer = _tokens(issuer, grant, grant.request.nonce)
        if grant.request.offline:
            answer["refresh_token"] = issuer.grants.issue_refresh(grant)
        return answer
    if kind == "refresh_token":
        if "refresh_token" not in values:
            raise TokenError("invalid_request", "Missing required parameter: refresh_token")
        known = issuer.grants.of_refresh(values["refresh_token"])
        if known is None:
            raise TokenError("invalid_grant", "Token has been expired or revoked.")
        return _tokens(issuer, known, None)
    raise TokenError("unsupported_grant_type", f"Invalid grant_type: {kind}")


def _tokens(issuer: Issuer, grant: Grant, nonce: str | None) -> dict[str, object]:
    access = issuer.grants.issue_access(grant)
    answer: dict[str, object] = {
        "access_token": access,
        "expires_in": ACCESS_SECONDS,
        "scope": " ".join(grant.request.scopes),
        "token_type": "Bearer",
    }
    if grant.request.has_scope("openid"):
        answer["id_token"] = issuer.id_token(grant, access, nonce)
    return answer


def _authenticate(http: Request, values: dict[str, str], settings: DoubleSettings) -> None:
    """Accept the client by HTTP Basic or by form fields; raise TokenError for anybody else."""
    kind, _, encoded = http.headers.get("authorization", "").partition(" ")
    if kind.lower() == "basic":
        if "client_secret" in values:
            raise TokenError("invalid_request", "Client credentials were sent in two ways.")
        try:
            plain = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise TokenError("invalid_client", "Unauthorized", 401) from None
        client_id, secret = (unquote_plus(part) for part in plain.partition(":")[::2])
        if values.get("client_id", client_id) != client_id:
            raise TokenError("invalid_request", "Client credentials were sent in two ways.")
    else:
        client_id, secret = values.get("client_id", ""), values.get("client_secret", "")
    if not client_id:
        raise TokenError("invalid_request", "Could not determine client ID from request.")
    if client_id != settings.client_id:
        raise TokenError("invalid_client", "The OAuth client was not found.", 401)
    if not secret:
        raise TokenError("invalid_request", "client_secret is missing.")
    if not hmac.compare_digest(secret.encode(), settings.client_secret.encode()):
        raise TokenError("invalid_client", "Unauthorized", 401)


def _refusal(error: TokenError) -> JSONResponse:
    headers = {"Pragma": "no-cache"}
    if error.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="token"'
    return JSONResponse({"error": error.error, "error_description": error.description}, error.status, headers)
