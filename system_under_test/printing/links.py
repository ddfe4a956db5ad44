"""Links to PDFs that work without a cookie, for letters: signed by us, and good for some days."""

import hashlib
import hmac
import time
import uuid
from enum import Enum
from urllib.parse import urlencode

from system_under_test.settings import WorkerSettings

WEEK_SECONDS = 7 * 24 * 3600


class LinkCheck(Enum):
    """What a link is worth."""

    GOOD = "good"
    EXPIRED = "expired"
    FORGED = "forged"


def pdf_link(settings: WorkerSettings, job_id: uuid.UUID, *, lifetime_seconds: int = WEEK_SECONDS) -> str:
    """Return the absolute URL at which anybody who has it may fetch the PDF of a job until it expires."""
    expires = int(time.time()) + lifetime_seconds
    query = urlencode({"expires": expires, "signature": _signature(settings, job_id, expires)})
    return f"{settings.public_url.rstrip('/')}/downloads/{job_id}?{query}"


def check_link(settings: WorkerSettings, job_id: uuid.UUID, expires: str, signature: str) -> LinkCheck:
    """Judge a link by its parts as they came; only a link of ours can be EXPIRED."""
    if not (expires.isascii() and expires.isdigit() and len(expires) <= 12):
        return LinkCheck.FORGED
    moment = int(expires)
    # Compared as bytes: the function refuses text that is not ASCII.
    if str(moment) != expires or not hmac.compare_digest(
        _signature(settings, job_id, moment).encode(), signature.encode("utf-8", "replace")
    ):
        return LinkCheck.FORGED
    return LinkCheck.GOOD if time.time() < moment else LinkCheck.EXPIRED


def _signature(settings: WorkerSettings, job_id: uuid.UUID, expires: int) -> str:
    secret = settings.link_secret.get_secret_value().encode()
    # The purpose is signed too: no other link made with this secret can be taken for one to a PDF.
    return hmac.new(secret, f"pdf-link:1:{job_id}:{expires}".encode(), hashlib.sha256).hexdigest()
