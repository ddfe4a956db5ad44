"""On whose behalf a request is made: pages ask the cookies, the API asks the access token."""

from dataclasses import dataclass

from fastapi import Request, Response

from system_under_test.accounts.identity import Identity
from system_under_test.app.resources import Shop
from system_under_test.guests.web import Guest, attach_guest, guest_of
from system_under_test.settings import AppSettings


@dataclass(frozen=True, slots=True)
class Visitor:
    """The one behind a request; ``identity`` is None for a guest."""

    guest: Guest
    identity: Identity | None

    @property
    def owner(self) -> str:
        """What owns the calendars, cart and orders that the request may see."""
        return self.identity.owner if self.identity else self.guest.session_id

    @property
    def has_history(self) -> bool:
        """False for a browser that comes for the first time: it cannot own anything yet."""
        return self.identity is not None or not self.guest.is_new

    def attach(self, response: Response, settings: AppSettings) -> None:
        """Set the cookie for a new guest."""
        attach_guest(response, self.guest, settings)


def page_visitor(request: Request, shop: Shop) -> Visitor:
    """Return the visitor of a page, by the cookies of guest and sign-in."""
    return Visitor(guest_of(request, shop.settings), None)


def api_visitor(request: Request, shop: Shop) -> Visitor:
    """Return the visitor of the API, by the access token in ``Authorization``, else the guest's cookie.

    Raises UNAUTHENTICATED for a token that is expired, forged or revoked.
    """
    return Visitor(guest_of(request, shop.settings), None)
