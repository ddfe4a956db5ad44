"""What anybody may read: discovery, keys, liveness; and userinfo for who has an access token."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from system_under_test.doubles.google.authorize import PATH as AUTHORIZE
from system_under_test.doubles.google.issuer import ROLE_CLAIM, Issuer, person_claims

CERTS = "/oauth2/v3/certs"
USERINFO = "/oauth2/v3/userinfo"
# Google's is hours; clients that honour it here still see a rotation soon.
CERTS_CACHE = "public, max-age=60, must-revalidate"


def discovery(issuer: str, browser_url: str) -> dict[str, object]:
    """Return the provider's metadata (OpenID Connect Discovery 1.0).

    People's browsers may reach the provider by another address than programs do: only the page they are sent to is
    below ``browser_url``.
    """
    return {
        "issuer": issuer,
        "authorization_endpoint": browser_url + AUTHORIZE,
        "token_endpoint": issuer + "/token",
        "userinfo_endpoint": issuer + USERINFO,
        "revocation_endpoint": issuer + "/revoke",
        "jwks_uri": issuer + CERTS,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "email", "profile"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "claims_supported": [
            "aud", "azp", "at_hash", "email", "email_verified", "exp", "family_name", "given_name",
            "iat", "iss", "name", "nonce", "sub", ROLE_CLAIM,
        ],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
    }  # fmt: skip


def make_router(issuer: Issuer) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/livez")
    async def livez() -> Response:
        return JSONResponse({"status": "alive"})

    @router.get("/.well-known/openid-configuration")
    async def configuration() -> Response:
        metadata = discovery(issuer.url, issuer.settings.browser_url)
        return JSONResponse(metadata, headers={"Cache-Control": "public, max-age=3600"})

    @router.get(CERTS)
    async def certs() -> Response:
        return JSONResponse(issuer.keys.published(), headers={"Cache-Control": CERTS_CACHE})

    @router.api_route(USERINFO, methods=["GET", "POST"])
    async def userinfo(http: Request) -> Response:
        kind, _, token = http.headers.get("authorization", "").partition(" ")
        grant = issuer.grants.of_access(token) if kind.lower() == "bearer" else None
        if grant is None:
            challenge = f'Bearer realm="{issuer.url}/", error="invalid_token"'
            body = {"error": "invalid_request", "error_description": "Invalid Credentials"}
            return JSONResponse(body, 401, {"WWW-Authenticate": challenge})
        return JSONResponse(person_claims(grant))

    return router
