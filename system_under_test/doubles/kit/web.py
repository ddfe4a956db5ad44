"""The HTTP side of a double: security headers, pages, static files, limited bodies, the long-poll's answer."""

from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import MutableHeaders
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

KIT = Path(__file__).parent
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

WaitSeconds = Annotated[float, Query(ge=0, le=60, allow_inf_nan=False)]
Limit = Annotated[int, Query(ge=1, le=10_000)]


class HeadersMiddleware:
    """Adds the security headers to every answer that does not bring its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class BodyTooLargeError(Exception):
    """The body of a request is larger than the double takes."""


async def read_body(request: Request, limit: int) -> bytes:
    """Return the body of at most ``limit`` bytes; BodyTooLargeError as soon as there are more."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise BodyTooLargeError
    return bytes(body)


def nothing_arrived(seconds: float) -> JSONResponse:
    """Return the answer of a long-poll that saw nothing: 408, which no mistyped address can give."""
    return JSONResponse({"error": "nothing_arrived", "waited_seconds": seconds}, 408)


def missing(what: str) -> HTTPException:
    """Return the 404 that names what is not there."""
    return HTTPException(404, f"There is no such {what} (any more).")


class Pages:
    """Renders the pages of one double; everything a template prints is escaped."""

    def __init__(self, folder: Path, title: str) -> None:
        self.environment = Environment(
            loader=FileSystemLoader([folder, KIT / "pages"]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.globals["double"] = title

    def page(self, name: str, **values: Any) -> HTMLResponse:
        """Return the page ``name`` as a response."""
        return HTMLResponse(self.environment.get_template(name).render(**values))


def make_app(title: str, **options: Any) -> FastAPI:
    """Return an application with headers and style sheet but no routes; ``options`` go to FastAPI."""
    app = FastAPI(title=title, docs_url=None, redoc_url=None, openapi_url=None, **options)
    app.mount("/static", StaticFiles(directory=KIT / "static"), name="static")
    app.add_middleware(HeadersMiddleware)
    return app
