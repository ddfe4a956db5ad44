"""The cookies of a sign-in: one for its refresh token, one that lets pages know the person, one for the way there."""

import uuid
from typing import Any, Literal

from fastapi import Request, Response

from system_under_test.accounts.signing import InvalidTokenError, signer
from system_under_test.settings import AppSettings

REFRESH_COOKIE = "vc_refresh"
ACCOUNT_COOKIE = "vc_account"
JOURNEY_COOKIE = "vc_signing_in"
AUTH_PATH = "/auth"
JOURNEY_SECONDS = 600


class SignInCookies:
    """Sets, reads and removes the three; all are HttpOnly, and Secure in production."""

    def __init__(self, settings: AppSettings) -> None:
        self._secure = settings.is_production
        self._account = signer("vc-account", settings.session_secret)
        self._journey = signer("vc-signing-in", settings.session_secret)

    def start_journey(self, response: Response, claims: dict[str, Any]) -> None:
        """Keep state, nonce and verifier in the browser while the person is with the provider."""
        value = self._journey.sign(claims, JOURNEY_SECONDS)
        # Lax, not Strict: the provider's redirect back to the shop must bring it along.
        self._set(response, JOURNEY_COOKIE, value, JOURNEY_SECONDS, AUTH_PATH, "lax")

    def journey(self, request: Request) -> dict[str, Any] | None:
        """Return what ``start_journey`` kept; None when it is missing, forged or older than ten minutes."""
        try:
            return self._journey.read(request.cookies.get(JOURNEY_COOKIE, ""))
        except InvalidTokenError:
            return None

    def end_journey(self, response: Response) -> None:
        """Forget the way: it can be gone once only."""
        self._remove(response, JOURNEY_COOKIE, AUTH_PATH, "lax")

    def sign_in(self, response: Response, sign_in_id: uuid.UUID, refresh_token: str, seconds: float) -> None:
        """Set both cookies of a sign-in that lasts so many seconds."""
        self.renew(response, refresh_token, seconds)
        value = self._account.sign({"sid": str(sign_in_id)}, seconds)
        self._set(response, ACCOUNT_COOKIE, value, seconds, "/", "lax")

    def renew(self, response: Response, refresh_token: str, seconds: float) -> None:
        """Replace the refresh token."""
        self._set(response, REFRESH_COOKIE, refresh_token, seconds, AUTH_PATH, "strict")

    def sign_out(self, response: Response) -> None:
        """Remove both cookies."""
        self._remove(response, REFRESH_COOKIE, AUTH_PATH, "strict")
        self._remove(response, ACCOUNT_COOKIE, "/", "lax")

    def sign_in_id(self, request: Request) -> uuid.UUID | None:
        """Return the sign-in that the browser names; whether it still holds is for the database to say."""
        value = request.cookies.get(ACCOUNT_COOKIE)
        if not value:
            return None
        try:
            return uuid.UUID(str(self._account.read(value).get("sid")))
        except (InvalidTokenError, ValueError):
            return None

    def _set(
        self, response: Response, name: str, value: str, seconds: float, path: str, same_site: Literal["lax", "strict"]
    ) -> None:
        response.set_cookie(
            name, value, max_age=int(seconds), path=path, httponly=True, secure=self._secure, samesite=same_site
        )

    def _remove(self, response: Response, name: str, path: str, same_site: Literal["lax", "strict"]) -> None:
        response.delete_cookie(name, path=path, httponly=True, secure=self._secure, samesite=same_site)
