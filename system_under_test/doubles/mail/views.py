"""The HTTP view of the received mail: JSON for tests, pages for people."""

from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from system_under_test.doubles.kit.control import Guarded
from system_under_test.doubles.kit.web import Limit, Pages, WaitSeconds, missing, nothing_arrived
from system_under_test.doubles.mail.inbox import Inbox, matcher
from system_under_test.doubles.mail.message import Received
from system_under_test.doubles.mail.parts import take_apart

# The HTML of a mail is a stranger's: no script, no network, an origin of its own. Mail brings its styles inline.
HTML_PART_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'self'; sandbox"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}
PAGE_LIMIT = 200


def detail(message: Received) -> dict[str, Any]:
    """Return everything about a message; ``headers`` keeps repeated ones, in their order."""
    parts = take_apart(message)
    return {
        **message.summary(),
        "headers": [{"name": name, "value": value} for name, value in parts.headers],
        "text": parts.text,
        "html": parts.html,
        "attachments": [attachment.summary() for attachment in parts.attachments],
        "problems": parts.problems,
    }


def message_routes(inbox: Inbox, certificate: str) -> APIRouter:
    """Return the routes for tests; ``certificate`` is "" when STARTTLS is off."""
    router = APIRouter()

    def find(message_id: int) -> Received:
        if (message := inbox.get(message_id)) is None:
            raise missing("message")
        return message

    @router.get("/messages")
    async def messages(
        to: str | None = None, subject: str | None = None, since: datetime | None = None, limit: Limit = 100
    ) -> dict[str, Any]:
        found = list(filter(matcher(to, subject, since), inbox.memory.newest_first()))
        return {
            "count": len(found),
            "forgotten": inbox.memory.forgotten,
            "messages": [message.summary() for message in found[:limit]],
        }

    @router.delete("/messages", dependencies=[Guarded])
    async def delete() -> dict[str, int]:
        count = len(inbox.memory)
        inbox.memory.clear()
        return {"deleted": count}

    @router.get("/messages/wait")
    async def wait(
        to: str | None = None, subject: str | None = None, since: datetime | None = None, timeout: WaitSeconds = 10.0
    ) -> JSONResponse:
        message = await inbox.memory.wait(matcher(to, subject, since), timeout)
        return nothing_arrived(timeout) if message is None else JSONResponse(detail(message))

    @router.get("/messages/{message_id}")
    async def one(message_id: int) -> dict[str, Any]:
        return detail(find(message_id))

    @router.get("/messages/{message_id}/raw")
    async def raw(message_id: int) -> Response:
        # As a file: a browser must not guess what a stranger's bytes might be.
        headers = {"Content-Disposition": f'attachment; filename="message-{message_id}.eml"'}
        return Response(find(message_id).raw, media_type="message/rfc822", headers=headers)

    @router.get("/messages/{message_id}/html")
    async def html(message_id: int) -> HTMLResponse:
        if (body := take_apart(find(message_id)).html) is None:
            raise missing("HTML part")
        return HTMLResponse(body, headers=HTML_PART_HEADERS)

    @router.get("/messages/{message_id}/attachments/{number}")
    async def attachment(message_id: int, number: int) -> Response:
        attachments = take_apart(find(message_id)).attachments
        if not 1 <= number <= len(attachments):
            raise missing("attachment")
        return Response(
            attachments[number - 1].body,
            media_type="application/octet-stream",
            headers={"Content-Disposition": f'attachment; filename="message-{message_id}-{number}.bin"'},
        )

    @router.get("/certificate.pem")
    async def pem() -> PlainTextResponse:
        if not certificate:
            raise missing("certificate")
        return PlainTextResponse(certificate)

    return router


def page_routes(inbox: Inbox) -> APIRouter:
    """Return the inbox for people."""
    router = APIRouter()
    pages = Pages(Path(__file__).parent / "pages", "Mail")

    @router.get("/")
    async def index(to: str | None = None, subject: str | None = None) -> HTMLResponse:
        found = list(filter(matcher(to or None, subject or None, None), inbox.memory.newest_first()))
        return pages.page(
            "inbox.html", messages=found[:PAGE_LIMIT], count=len(found), to=to or "", subject=subject or ""
        )

    @router.get("/inbox/{message_id}")
    async def one(message_id: int, show: Literal["text", "html", "headers"] = "text") -> HTMLResponse:
        if (message := inbox.get(message_id)) is None:
            raise missing("message")
        return pages.page("message.html", message=message, parts=take_apart(message), show=show)

    return router
