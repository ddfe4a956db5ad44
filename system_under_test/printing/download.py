"""Download of a finished PDF: streamed to its owner, or by a signed link from the object store."""

import re

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from system_under_test.accounts.web import page_visitor
from system_under_test.app.resources import Shop
from system_under_test.calendars.validation import parse_id
from system_under_test.errors import not_found
from system_under_test.printing.links import LinkCheck, check_link
from system_under_test.printing.service import get_stored_pdf
from system_under_test.printing.storage import StorageError
from system_under_test.web.rendering import Renderer

# Long enough to begin a download on a slow line, too short to be worth passing on.
STORE_LINK_SECONDS = 120
NO_STORE = "private, no-store"


def file_name(title: str, year: int) -> str:
    """Return a plain ASCII file name for a calendar."""
    stem = re.sub(r"[^A-Za-z0-9]+", "-", title).strip("-").lower()[:60] or "calendar"
    return f"{stem}-{year}.pdf"


def make_router(shop: Shop, renderer: Renderer) -> APIRouter:
    """Return the routes ``GET /pdf/{job_id}`` and ``GET /downloads/{job_id}``."""
    router = APIRouter()

    def away() -> Response:
        return renderer.message(
            503,
            "Your PDF is not within reach right now",
            "Our store room does not answer. Please try again in a few minutes.",
        )

    @router.get("/pdf/{job_id}")
    def download(request: Request, job_id: str) -> Response:
        visitor = page_visitor(request, shop)
        key = parse_id(job_id, "PDF")
        with shop.database.read() as session:
            pdf = get_stored_pdf(session, visitor.owner, key)
        try:
            length, chunks = shop.store.open(pdf.object_key)
        except StorageError:
            return away()
        return StreamingResponse(
            chunks,
            media_type="application/pdf",
            headers={
                "Content-Length": str(length),
                "Content-Disposition": f'attachment; filename="{file_name(pdf.title, pdf.year)}"',
                "Cache-Control": NO_STORE,
                "X-Checksum-SHA256": pdf.sha256,
            },
        )

    @router.get("/downloads/{job_id}")
    def follow_link(job_id: str, expires: str = "", signature: str = "") -> Response:
        key = parse_id(job_id, "PDF")
        check = check_link(shop.settings, key, expires, signature)
        if check is LinkCheck.FORGED:
            raise not_found("PDF")
        if check is LinkCheck.EXPIRED:
            hint = "Links in our letters work for seven days. Your order page has a fresh one."
            response: Response = renderer.message(410, "This link has expired", hint)
            response.headers["Cache-Control"] = NO_STORE
            return response
        with shop.database.read() as session:
            pdf = get_stored_pdf(session, None, key)
        try:
            address = shop.store.presign(pdf.object_key, file_name(pdf.title, pdf.year), STORE_LINK_SECONDS)
        except StorageError:
            return away()
        # Neither the address nor our signature may linger in a cache, or reach the store as a referrer.
        headers = {"Cache-Control": NO_STORE, "Referrer-Policy": "no-referrer"}
        return RedirectResponse(address, 303, headers=headers)

    return router
