"""The pages that a person sees, and the headers that protect every answer."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import MutableHeaders
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HERE = Path(__file__).parent
ASSETS = HERE / "assets"
_NOTHING = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
_HEADERS = {
    "Content-Security-Policy": _NOTHING,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
_templates = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(name: str, status: int = 200, *, sends_to: str = "", **values: Any) -> HTMLResponse:
    """Return a page. ``sends_to`` is where its forms lead in the end, by redirect.

    Browsers hold ``form-action`` against redirects too, so the client's origin must be named.
    """
    forms = "'self'"
    if sends_to:
        parts = urlsplit(sends_to)
        forms += f" {parts.scheme}://{parts.netloc}"
    policy = f"{_NOTHING}; style-src 'self'; img-src 'self'; form-action {forms}"
    html = _templates.get_template(name).render(**values)
    return HTMLResponse(html, status, headers={"Content-Security-Policy": policy})


class ProtectiveHeaders:
    """Adds the headers to every answer, faults included."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with headers that an endpoint has not set itself."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)
