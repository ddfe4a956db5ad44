"""HTML pages from Jinja templates, and the static files next to them."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from system_under_test.products.money import money

STATIC = Path(__file__).parent / "static"
PAGES = Path(__file__).parent / "pages"


@cache
def _version() -> str:
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def static_url(name: str) -> str:
    """Return the address of a static file; it changes with the content of the static files."""
    return f"/static/{_version()}/{name}"


class _VersionedFiles(StaticFiles):
    """Static files below a version directory, which makes them cacheable for ever."""

    def get_path(self, scope: Scope) -> str:
        version, _, rest = super().get_path(scope).partition("/")
        return rest if version == _version() else f"{version}/{rest}" if rest else version

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        versioned = f"/static/{_version()}/" in scope["path"]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if versioned else "no-cache"
        return response


def static_files() -> StaticFiles:
    """Return the application that serves the static files."""
    return _VersionedFiles(directory=STATIC)


class Renderer:
    """Renders pages; everything a template prints is escaped."""

    def __init__(self, **known: Any) -> None:
        """``known`` are values that every page may use."""
        self._environment = Environment(
            loader=FileSystemLoader(PAGES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals |= {"static": static_url, **known}
        self._environment.filters["money"] = money

    def page(self, name: str, status: int = 200, *, signed_in: bool = False, **values: Any) -> HTMLResponse:
        """Return the page ``name`` as a response that only the visitor's own browser may keep.

        ``signed_in`` decides whether the header offers the account or to sign in.
        """
        html = self._environment.get_template(name).render(signed_in=signed_in, **values)
        return HTMLResponse(html, status, headers={"Cache-Control": "private, no-cache"})

    def message(self, status: int, title: str, sentence: str, *, signed_in: bool = False) -> HTMLResponse:
        """Return a page that says one thing, for errors."""
        return self.page("message.html", status, signed_in=signed_in, title=title, sentence=sentence)
