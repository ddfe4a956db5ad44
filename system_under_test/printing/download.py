"""Download of a finished PDF: streamed from the object store to its owner."""

import re

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from system_under_test.accounts.web import page_visitor
from system_under_test.app.resources import Shop
from system_under_test.calendars.validation import parse_id
from system_under_test.printing.service import get_stored_pdf
from system_under_test.printing.storage import StorageError
from system_under_test.web.rendering import Renderer


def file_name(title: str, year: int) -> str:
    """Return a plain ASCII file name for a calendar."""
    stem = re.sub(r"[^A-Za-z0-9]+", "-", title).strip("-").lower()[:60] or "calendar"
    return f"{stem}-{year}.pdf"


def make_router(shop: Shop, renderer: Renderer) -> APIRouter:
    """Return the route ``GET /pdf/{job_id}``."""
    router = APIRouter()

    @router.get("/pdf/{job_id}")
    def download(request: Request, job_id: str) -> Response:
        visitor = page_visitor(request, shop)
        key = parse_id(job_id, "PDF")
        with shop.database.read() as session:
            pdf = get_stored_pdf(session, visitor.owner, key)
        try:
            length, chunks = shop.store.open(pdf.object_key)
        except StorageError:
            return renderer.message(
                503,
                "Your PDF is not within reach right now",
                "Our store room does not answer. Please try again in a few minutes.",
            )
        return StreamingResponse(
            chunks,
            media_type="application/pdf",
            headers={
                "Content-Length": str(length),
                "Content-Disposition": f'attachment; filename="{file_name(pdf.title, pdf.year)}"',
                "Cache-Control": "private, no-store",
                "X-Checksum-SHA256": pdf.sha256,
            },
        )

    return router
