"""``POST /v2/enqueue``, the one door of the Events API v2."""

from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from system_under_test.doubles.kit.faults import LOST_ANSWER, SLOW, Fault, Faults, answer_under
from system_under_test.doubles.kit.web import BodyTooLargeError, read_body
from system_under_test.doubles.pagerduty.event import EventError, parse
from system_under_test.doubles.pagerduty.incidents import Incidents

# "The maximum size of an event is 512 KB"; senders, Alertmanager among them, shorten at 512,000 bytes.
SIZE_LIMIT = 512 * 1024
RATE_LIMIT, SERVER_ERROR = "rate_limit", "server_error"
MODES = (RATE_LIMIT, SERVER_ERROR, SLOW, LOST_ANSWER)


def _throttled(fault: Fault) -> Response:
    return JSONResponse(
        {
            "status": "throttle exceeded",
            "message": "Requests for this service are arriving too quickly.  Please retry later.",
        },
        429,
        {"Retry-After": str(max(1, round(fault.seconds)))},
    )


def _broken(_: Fault) -> Response:
    return JSONResponse({"status": "error", "message": "Internal Server Error"}, 500)


def api_routes(keys: dict[str, str], incidents: Incidents, faults: Faults) -> APIRouter:
    """Return the route that senders use; ``keys`` maps routing keys to services."""
    router = APIRouter()

    @router.post("/v2/enqueue")
    async def enqueue(request: Request) -> Response:
        try:
            body = await read_body(request, SIZE_LIMIT)
        except BodyTooLargeError:
            return JSONResponse({"status": "invalid event", "message": "Event is larger than 512 KB"}, 413)
        refusals = {RATE_LIMIT: _throttled, SERVER_ERROR: _broken}
        return await answer_under(faults, partial(_take, keys, incidents, body), refusals)

    return router


def _take(keys: dict[str, str], incidents: Incidents, body: bytes) -> Response:
    try:
        event = parse(body)
        if event.routing_key not in keys:
            raise EventError("Invalid routing key")
    except EventError as error:
        answer = {"status": "invalid event", "message": "Event object is invalid", "errors": error.errors}
        return JSONResponse(answer, 400)
    key = incidents.apply(keys[event.routing_key], event)
    return JSONResponse({"status": "success", "message": "Event processed", "dedup_key": key}, 202)
