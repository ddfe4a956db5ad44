"""Tokens in forms: a post counts only when it comes from a page that the shop made for this very browser.

Browsers say where a request comes from, and the security layer refuses foreign ones; the token is the second lock,
for what keeps that header back. It is made from the guest's cookie, so nothing has to be stored.
"""

import base64
import hashlib
import hmac

from system_under_test.guests.web import Guest
from system_under_test.settings import AppSettings

FIELD = "form_token"


def form_token(guest: Guest, settings: AppSettings) -> str:
    """Return the token for forms on a page for ``guest``; the page must attach the guest's cookie too."""
    # A prefix of its own: the signature of the cookie itself must not pass for a token.
    mac = hmac.new(settings.session_secret.get_secret_value().encode(), digestmod=hashlib.sha256)
    mac.update(b"vc_form:" + guest.session_id.encode())
    return base64.urlsafe_b64encode(mac.digest()).rstrip(b"=").decode()


def is_own_form(guest: Guest, token: str, settings: AppSettings) -> bool:
    """Return whether ``token`` was made for ``guest``; never for a browser that brought no cookie."""
    return not guest.is_new and hmac.compare_digest(form_token(guest, settings).encode(), token.encode())
