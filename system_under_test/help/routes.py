"""``/help`` and ``/legal``: pages from memory, the search, the pictures. Neither database nor network is asked."""

import hashlib
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from system_under_test.accounts.web import seems_signed_in
from system_under_test.app.resources import Shop
from system_under_test.help.library import Library, Page
from system_under_test.help.search import QUERY_LENGTH, Search
from system_under_test.web.rendering import Renderer

_FOR_EVER = "public, max-age=31536000, immutable"


def make_router(shop: Shop, renderer: Renderer, library: Library) -> APIRouter:
    """Return the routes. A page is rendered at its first visit, once for guests and once for people."""
    router = APIRouter()
    search = Search(library)
    support = shop.settings.support_email
    kept: dict[tuple[str, bool], Response] = {}

    def show(request: Request, address: str, template: str, **values: Any) -> Response:
        key = (address, seems_signed_in(request, shop.settings))
        if key not in kept:
            made = renderer.page(template, signed_in=key[1], support=support, question="", **values)
            made.headers["ETag"] = _etag(bytes(made.body))
            kept[key] = made
        return _unless_known(request, kept[key])

    def page_at(address: str) -> Page:
        page = library.pages.get(address)
        if page is None:
            raise HTTPException(404)
        return page

    def show_page(request: Request, address: str) -> Response:
        page = page_at(address)
        before, after = library.neighbours(page)
        return show(request, address, "help/page.html", page=page, before=before, after=after)

    @router.get("/help")
    async def index(request: Request) -> Response:
        return show(
            request, "/help", "help/index.html", themes=library.themes, legal=library.of_section("legal")
        )  # fmt: skip

    @router.get("/help/search")
    async def find(request: Request, q: str = "") -> Response:
        question = " ".join(q.split())
        return renderer.page(
            "help/search.html",
            signed_in=seems_signed_in(request, shop.settings),
            support=support,
            question=question[:QUERY_LENGTH],
            was_cut=len(question) > QUERY_LENGTH,
            hits=search.find(question),
            themes=library.themes,
        )

    @router.get("/help/pictures/{name}")
    async def picture(request: Request, name: str, v: str = "") -> Response:
        found = library.pictures.get(name)
        if found is None:
            raise HTTPException(404)
        headers = {"ETag": f'"{found.version}"', "Cache-Control": _FOR_EVER if v == found.version else "no-cache"}
        return _unless_known(request, Response(found.data, media_type="image/png", headers=headers))

    @router.get("/help/{slug}")
    async def page(request: Request, slug: str) -> Response:
        return show_page(request, f"/help/{slug}")

    @router.get("/legal/{slug}")
    async def legal(request: Request, slug: str) -> Response:
        return show_page(request, f"/legal/{slug}")

    return router


def _etag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:16]}"'


def _unless_known(request: Request, response: Response) -> Response:
    """Return the response, or 304 to a browser that has it already; never the same object twice."""
    headers = {name: response.headers[name] for name in ("ETag", "Cache-Control")}
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if headers["ETag"] in known:
        return Response(status_code=304, headers=headers)
    return Response(response.body, media_type=response.media_type, headers=headers)
