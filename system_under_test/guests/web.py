"""The guest behind a request, and the cookie on the response."""

from dataclasses import dataclass

from fastapi import Request, Response

from system_under_test.guests.cookie import COOKIE_NAME, MAX_AGE_SECONDS, new_session_id, sign, verify
from system_under_test.settings import AppSettings


@dataclass(frozen=True, slots=True)
class Guest:
    """The guest session of a request; ``is_new`` when the request brought no valid cookie."""

    session_id: str
    is_new: bool


def guest_of(request: Request, settings: AppSettings) -> Guest:
    """Return the guest named by the cookie, or a new one when it is missing or forged."""
    found = verify(request.cookies.get(COOKIE_NAME), settings.session_secret.get_secret_value())
    return Guest(found, False) if found else Guest(new_session_id(), True)


def attach_guest(response: Response, guest: Guest, settings: AppSettings) -> None:
    """Set the cookie for a new guest."""
    if guest.is_new:
        _set_cookie(response, guest.session_id, settings)


def renew_guest(response: Response, settings: AppSettings) -> None:
    """Make the browser a new guest, whatever it was before."""
    _set_cookie(response, new_session_id(), settings)


def _set_cookie(response: Response, session_id: str, settings: AppSettings) -> None:
    response.set_cookie(
        COOKIE_NAME,
        sign(session_id, settings.session_secret.get_secret_value()),
        max_age=MAX_AGE_SECONDS,
        httponly=True,
        samesite="lax",
        secure=settings.is_production,
        path="/",
    )
