"""What a client asks at the authorisation endpoint, and which of it is refused, and how."""

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from system_under_test.doubles.google.errors import PageError, RedirectError, single_values
from system_under_test.doubles.google.settings import DoubleSettings

_LONG = "https://www.googleapis.com/auth/userinfo."
# Google answers with the long names, also to clients that asked with the short ones.
SCOPES = {
    "openid": "openid",
    "email": _LONG + "email",
    "profile": _LONG + "profile",
    _LONG + "email": _LONG + "email",
    _LONG + "profile": _LONG + "profile",
}
PROMPTS = frozenset({"none", "consent", "select_account"})
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A request whose client and redirect URI are known; ``scopes`` are long names."""

    redirect_uri: str
    state: str | None
    scopes: tuple[str, ...] = ()
    nonce: str | None = None
    challenge: str | None = None
    offline: bool = False
    prompts: frozenset[str] = frozenset()
    login_hint: str = ""

    def has_scope(self, short: str) -> bool:
        """True when the scope with this short name was asked for."""
        return SCOPES[short] in self.scopes

    def answer_url(self, issuer: str, parameters: dict[str, str]) -> str:
        """Return the redirect URI with ``parameters``, the client's state and the issuer (RFC 9207)."""
        state = {} if self.state is None else {"state": self.state}
        joint = "&" if "?" in self.redirect_uri else "?"
        return self.redirect_uri + joint + urlencode({**state, "iss": issuer, **parameters})


class RefusedRequestError(Exception):
    """A request that is answered by redirect with ``error``."""

    def __init__(self, request: AuthorizationRequest, error: RedirectError) -> None:
        super().__init__(str(error))
        self.request = request
        self.error = error


def read_request(pairs: list[tuple[str, str]], settings: DoubleSettings) -> AuthorizationRequest:
    """Return the request; raise PageError until the redirect URI is trusted, then RefusedRequestError."""
    values, repeated = single_values(pairs)
    for name in ("client_id", "redirect_uri"):
        if name in repeated:
            raise PageError(400, "invalid_request", f"OAuth 2 parameters can only have a single value: {name}")
        if name not in values:
            raise PageError(400, "invalid_request", f"Missing required parameter: {name}")
    if values["client_id"] != settings.client_id:
        raise PageError(401, "invalid_client", "The OAuth client was not found.")
    if values["redirect_uri"] not in settings.redirect_uris:
        sentence = f"The redirect URI in the request, {values['redirect_uri']}, does not match the ones authorized."
        raise PageError(400, "redirect_uri_mismatch", sentence)

    state = None if "state" in repeated else values.get("state")
    try:
        return _read_rest(values, repeated, state)
    except RedirectError as error:
        raise RefusedRequestError(AuthorizationRequest(values["redirect_uri"], state), error) from None


def _read_rest(values: dict[str, str], repeated: list[str], state: str | None) -> AuthorizationRequest:
    if repeated:
        raise _invalid(f"OAuth 2 parameters can only have a single value: {repeated[0]}")
    for name in ("response_type", "scope"):
        if name not in values:
            raise _invalid(f"Missing required parameter: {name}")
    if values["response_type"] != "code":
        raise RedirectError("unsupported_response_type", f"Invalid response_type: {values['response_type']}")
    if values.get("response_mode", "query") != "query":
        raise _invalid(f"Invalid response_mode: {values['response_mode']}")
    return AuthorizationRequest(
        redirect_uri=values["redirect_uri"],
        state=state,
        scopes=_scopes(values["scope"]),
        nonce=values.get("nonce"),
        challenge=_challenge(values),
        offline=_access_type(values) == "offline",
        prompts=_prompts(values.get("prompt", "")),
        login_hint=values.get("login_hint", ""),
    )


def _invalid(description: str) -> RedirectError:
    return RedirectError("invalid_request", description)


def _scopes(asked: str) -> tuple[str, ...]:
    unknown = [scope for scope in asked.split() if scope not in SCOPES]
    if unknown or not asked.split():
        raise RedirectError("invalid_scope", f"Some requested scopes were invalid. {{invalid=[{', '.join(unknown)}]}}")
    return tuple(dict.fromkeys(SCOPES[scope] for scope in asked.split()))


def _challenge(values: dict[str, str]) -> str | None:
    challenge, method = values.get("code_challenge"), values.get("code_challenge_method")
    if challenge is None:
        if method is not None:
            raise _invalid("Missing required parameter: code_challenge")
        return None
    # Without a method "plain" is meant (RFC 7636, 4.3), which protects nobody: refused here, unlike at Google.
    if method != "S256":
        raise _invalid(f"Invalid code_challenge_method: {method or 'plain'}, only S256 is supported")
    if not _CHALLENGE.fullmatch(challenge):
        raise _invalid("Invalid code_challenge: it must be 43 characters of base64url")
    return challenge


def _access_type(values: dict[str, str]) -> str:
    kind = values.get("access_type", "online")
    if kind not in ("online", "offline"):
        raise _invalid(f"Invalid parameter value for access_type: {kind}")
    return kind


def _prompts(asked: str) -> frozenset[str]:
    prompts = frozenset(asked.split())
    for unknown in sorted(prompts - PROMPTS):
        raise _invalid(f"Invalid parameter value for prompt: Invalid prompt: {unknown}")
    if "none" in prompts and len(prompts) > 1:
        raise _invalid("Invalid parameter value for prompt: none cannot be combined")
    return prompts
