"""The incidents and the log of events: JSON for tests, a page for people."""

from itertools import islice
from pathlib import Path
from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, JSONResponse

from system_under_test.doubles.kit.control import Guarded
from system_under_test.doubles.kit.web import Limit, Pages, WaitSeconds, nothing_arrived
from system_under_test.doubles.pagerduty.incidents import STATUSES, Incidents

Status = Literal["triggered", "acknowledged", "resolved"]
PAGE_LIMIT = 200


def view_routes(incidents: Incidents) -> APIRouter:
    """Return the views."""
    router = APIRouter()
    pages = Pages(Path(__file__).parent / "pages", "PagerDuty")

    @router.get("/incidents")
    async def all_incidents(
        dedup_key: str | None = None, status: Status | None = None, service: str | None = None, limit: Limit = 100
    ) -> dict[str, Any]:
        found = list(incidents.find(dedup_key=dedup_key, status=status, service=service))
        return {"count": len(found), "incidents": [incident.as_json() for incident in found[:limit]]}

    @router.get("/incidents/wait")
    async def wait(
        dedup_key: str | None = None, status: Status | None = None, timeout: WaitSeconds = 10.0
    ) -> JSONResponse:
        incident = await incidents.wait(dedup_key, status, timeout)
        return nothing_arrived(timeout) if incident is None else JSONResponse(incident.as_json())

    @router.get("/events")
    async def events(dedup_key: str | None = None, limit: Limit = 100) -> dict[str, Any]:
        found = [entry for entry in incidents.log.newest_first() if dedup_key in (None, entry.dedup_key)]
        shown = [entry.as_json() for entry in found[:limit]]
        return {"count": len(found), "forgotten": incidents.log.forgotten, "events": shown}

    @router.delete("/incidents", dependencies=[Guarded])
    async def delete() -> dict[str, int]:
        count = len(list(incidents.find()))
        incidents.clear()
        return {"deleted": count}

    @router.get("/")
    async def index() -> HTMLResponse:
        found = list(incidents.find())
        counts = {status: sum(incident.status == status for incident in found) for status in STATUSES}
        log = list(islice(incidents.log.newest_first(), PAGE_LIMIT))
        return pages.page("incidents.html", incidents=found[:PAGE_LIMIT], counts=counts, log=log)

    return router
