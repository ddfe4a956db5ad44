"""The ``Stripe-Signature`` header: HMAC-SHA256 over timestamp and body."""

import hashlib
import hmac


def sign(body: bytes, secret: str, timestamp: int) -> str:
    """Return the header for ``body``, signed at ``timestamp`` (seconds since 1970)."""
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"
