"""What was posted: JSON for tests, a page per channel for people."""

from collections import Counter
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, JSONResponse

from system_under_test.doubles.kit.control import Guarded
from system_under_test.doubles.kit.web import Limit, Pages, WaitSeconds, missing, nothing_arrived
from system_under_test.doubles.slack.text import colour, mrkdwn, web_address
from system_under_test.doubles.slack.workspace import UnknownChannelError, Workspace, matcher

PAGE_LIMIT = 200


def view_routes(workspace: Workspace) -> APIRouter:
    """Return the views."""
    router = APIRouter()
    memory = workspace.memory
    pages = Pages(Path(__file__).parent / "pages", "Slack")
    pages.environment.filters.update(mrkdwn=mrkdwn, web_address=web_address, colour=colour)
    pages.environment.tests["text"] = lambda value: isinstance(value, str) and value != ""

    @router.get("/messages")
    async def messages(channel: str | None = None, text: str | None = None, limit: Limit = 100) -> dict[str, Any]:
        found = list(filter(matcher(channel, text), memory.newest_first()))
        shown = [posted.summary() for posted in found[:limit]]
        return {"count": len(found), "forgotten": memory.forgotten, "messages": shown}

    @router.delete("/messages", dependencies=[Guarded])
    async def delete() -> dict[str, int]:
        count = len(memory)
        memory.clear()
        return {"deleted": count}

    @router.get("/messages/wait")
    async def wait(channel: str | None = None, text: str | None = None, timeout: WaitSeconds = 10.0) -> JSONResponse:
        posted = await memory.wait(matcher(channel, text), timeout)
        return nothing_arrived(timeout) if posted is None else JSONResponse(posted.summary())

    @router.get("/")
    async def index() -> HTMLResponse:
        counts = Counter(posted.channel for posted in memory.newest_first())
        return pages.page("channels.html", channels=[(name, counts[name]) for name in workspace.channels])

    @router.get("/channels/{name}")
    async def channel(name: str) -> HTMLResponse:
        try:
            known = workspace.resolve(name)
        except UnknownChannelError:
            raise missing("channel") from None
        found = list(filter(matcher(known, None), memory.newest_first()))
        return pages.page("channel.html", channel=known, messages=found[:PAGE_LIMIT], count=len(found))

    return router
