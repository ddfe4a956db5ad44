"""Around every request: security headers, limits on bodies and their types, the origin check, clean faults."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from system_under_test.app.answers import problem
from system_under_test.app.observe import route_label
from system_under_test.errors import ErrorCode
from system_under_test.telemetry.logs import describe_fault, get_logger

log = get_logger(__name__)

MAX_BODY_BYTES = 64 * 1024
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# What the shop's own pages, its API and the payment provider send. Uploads of files are not among it.
MEDIA_TYPES = frozenset({"application/json", "application/x-www-form-urlencoded"})
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FAULT = "Something went wrong on our side. Please try again."


class SecurityMiddleware:
    """Adds headers, refuses large bodies and foreign writes, turns a fault into a clean answer."""

    def __init__(self, app: ASGIApp, *, production: bool) -> None:
        self.app = app
        self._headers = dict(SECURITY_HEADERS)
        if production:
            self._headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        headers = Headers(scope=scope)
        if scope["method"] not in SAFE_METHODS and _is_cross_site(headers):
            refusal = problem(403, ErrorCode.BAD_INPUT, "Requests from other sites are refused.")
            await refusal(scope, receive, send_with_headers)
            return
        if _has_body(headers) and _media_type(headers) not in MEDIA_TYPES:
            refusal = problem(415, ErrorCode.BAD_INPUT, "Send the body as application/json, or as a form.")
            await refusal(scope, receive, send_with_headers)
            return
        too_large = problem(413, ErrorCode.BAD_INPUT, "The request is too large.")
        if _declared_length(headers) > MAX_BODY_BYTES:
            await too_large(scope, receive, send_with_headers)
            return
        received = 0

        async def receive_limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > MAX_BODY_BYTES:
                raise BodyTooLargeError
            return message

        if scope["method"] == "HEAD":
            # The server leaves out the body of the answer.
            scope = {**scope, "method": "GET"}
        try:
            await self.app(scope, receive_limited, send_with_headers)
        except BodyTooLargeError:
            await too_large(scope, receive, send_with_headers)
        except Exception as fault:
            log.error("request_fault", route=route_label(scope), error=describe_fault(fault))
            if started:
                raise
            await problem(500, ErrorCode.INTERNAL, FAULT)(scope, receive, send_with_headers)


class BodyTooLargeError(Exception):
    """A body without declared length grew beyond the limit."""


def _declared_length(headers: Headers) -> int:
    value = headers.get("content-length", "0")
    return int(value) if value.isascii() and value.isdigit() else 0


def _has_body(headers: Headers) -> bool:
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def _media_type(headers: Headers) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _is_cross_site(headers: Headers) -> bool:
    # A forged form post from elsewhere carries no SameSite cookie, but its answer would replace
    # the guest's cookie and so hide the guest's calendars. Browsers name the origin; others do not.
    origin = headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc != headers.get("host", "")
    return headers.get("sec-fetch-site", "same-origin") in {"cross-site", "same-site"}
