"""On whose behalf a request is made: pages ask the cookies, the API asks the access token."""

from dataclasses import dataclass

import anyio.to_thread
from fastapi import Request, Response

from system_under_test.accounts.access import AccessTokens
from system_under_test.accounts.cookies import SignInCookies
from system_under_test.accounts.identity import Identity
from system_under_test.accounts.sign_ins import find_identity
from system_under_test.accounts.signing import InvalidTokenError
from system_under_test.app.resources import Shop
from system_under_test.errors import unauthenticated
from system_under_test.guests.web import Guest, attach_guest, guest_of
from system_under_test.settings import AppSettings

ENDED = "Your sign-in has ended. Please sign in again."


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
    def signed_in(self) -> bool:
        """True for a person, False for a guest."""
        return self.identity is not None

    @property
    def has_history(self) -> bool:
        """False for a browser that comes for the first time: it cannot own anything yet."""
        return self.signed_in or not self.guest.is_new

    def attach(self, response: Response, settings: AppSettings) -> None:
        """Set the cookie for a new guest."""
        attach_guest(response, self.guest, settings)


def page_visitor(request: Request, shop: Shop) -> Visitor:
    """Return the visitor of a page, by the cookies of guest and sign-in.

    Costs one query when the browser names a sign-in, none for guests. A sign-in that was revoked makes a guest.
    """
    identity = None
    sign_in_id = SignInCookies(shop.settings).sign_in_id(request)
    if sign_in_id is not None:
        with shop.database.read() as session:
            identity = find_identity(session, sign_in_id)
    return Visitor(guest_of(request, shop.settings), identity)


def seems_signed_in(request: Request, settings: AppSettings) -> bool:
    """Tell by the signature of the cookie alone whether the browser has signed in.

    For the header of pages that must not ask the database: errors, and how the shop is. It opens nothing.
    """
    return SignInCookies(settings).sign_in_id(request) is not None


def api_visitor(request: Request, shop: Shop) -> Visitor:
    """Return the visitor of the API, by the access token in ``Authorization``, else the guest's cookie.

    Raises UNAUTHENTICATED for a token that is expired, forged or revoked. A token costs one query by primary
    keys, so that a sign-in that was revoked is refused at once, and a role that was taken away is gone at once.
    """
    guest = guest_of(request, shop.settings)
    header = request.headers.get("authorization")
    if header is None:
        return Visitor(guest, None)
    kind, _, value = header.partition(" ")
    if kind.lower() != "bearer":
        raise unauthenticated(ENDED)
    try:
        claimed = AccessTokens(shop.settings).read(value.strip())
    except InvalidTokenError:
        raise unauthenticated(ENDED) from None
    with shop.database.read() as session:
        identity = find_identity(session, claimed.sign_in_id)
    if identity is None or identity.account_id != claimed.account_id:
        raise unauthenticated(ENDED)
    return Visitor(guest, identity)


async def api_visitor_async(request: Request, shop: Shop) -> Visitor:
    """Do what ``api_visitor`` does from the event loop: only a request with a token takes a thread."""
    if "authorization" not in request.headers:
        return api_visitor(request, shop)
    return await anyio.to_thread.run_sync(api_visitor, request, shop)
