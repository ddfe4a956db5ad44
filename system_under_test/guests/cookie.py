"""The signed cookie that names a guest session: ``<id>.<signature>``."""

import base64
import hashlib
import hmac
import re
import secrets

COOKIE_NAME = "vc_session"
MAX_AGE_SECONDS = 180 * 24 * 3600
_FORMAT = re.compile(r"\A([A-Za-z0-9_-]{32})\.([A-Za-z0-9_-]{43})\Z")


def new_session_id() -> str:
    """Return a random, opaque session id (192 bits)."""
    return secrets.token_urlsafe(24)


def _signature(session_id: str, secret: str) -> str:
    mac = hmac.new(secret.encode(), b"vc_session:" + session_id.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(mac.digest()).rstrip(b"=").decode()


def sign(session_id: str, secret: str) -> str:
    """Return the cookie value for ``session_id``."""
    return f"{session_id}.{_signature(session_id, secret)}"


def verify(value: str | None, secret: str) -> str | None:
    """Return the session id of a cookie value, or None when it is missing, malformed or forged."""
    match = _FORMAT.match(value or "")
    if match is None:
        return None
    session_id, signature = match.groups()
    return session_id if hmac.compare_digest(signature, _signature(session_id, secret)) else None
