"""The two ways into Slack: incoming webhooks, which answer in plain words, and the Web API, which answers in JSON."""

import hmac
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from system_under_test.doubles.kit.faults import LOST_ANSWER, SLOW, Fault, Faults, answer_under
from system_under_test.doubles.kit.web import BodyTooLargeError, read_body
from system_under_test.doubles.slack.payload import PayloadError, check, decode
from system_under_test.doubles.slack.workspace import Posted, UnknownChannelError, Workspace, channel_id

RATE_LIMIT, SERVER_ERROR, TOO_LARGE, NO_SERVICE = "rate_limit", "server_error", "too_large", "no_service"
MODES = (RATE_LIMIT, SERVER_ERROR, TOO_LARGE, NO_SERVICE, SLOW, LOST_ANSWER)


def _retry_after(fault: Fault) -> dict[str, str]:
    return {"Retry-After": str(max(1, round(fault.seconds)))}


WEBHOOK_FAULTS = {
    RATE_LIMIT: lambda fault: PlainTextResponse("rate_limited", 429, _retry_after(fault)),
    SERVER_ERROR: lambda _: PlainTextResponse("rollup_error", 500),
    TOO_LARGE: lambda _: PlainTextResponse("payload_too_large", 413),
    NO_SERVICE: lambda _: PlainTextResponse("no_service", 404),
}
API_FAULTS = {
    RATE_LIMIT: lambda fault: _failed("ratelimited", 429, _retry_after(fault)),
    SERVER_ERROR: lambda _: _failed("internal_error", 500),
    TOO_LARGE: lambda _: _failed("request_too_large", 413),
    NO_SERVICE: lambda _: _failed("service_unavailable", 503),
}


def _failed(code: str, status: int = 200, headers: dict[str, str] | None = None) -> JSONResponse:
    # The Web API tells most of its errors with status 200.
    return JSONResponse({"ok": False, "error": code}, status, headers)


def api_routes(workspace: Workspace, faults: Faults) -> APIRouter:
    """Return the routes that senders use."""
    router = APIRouter()
    limit = workspace.settings.size_limit

    @router.post("/services/{team}/{service}/{token}")
    async def webhook(team: str, service: str, token: str, request: Request) -> Response:
        try:
            body = await read_body(request, limit)
        except BodyTooLargeError:
            return PlainTextResponse("payload_too_large", 413)
        kind = request.headers.get("content-type", "")
        work = partial(_take_webhook, workspace, (team, service, token), body, kind)
        return await answer_under(faults, work, WEBHOOK_FAULTS)

    @router.post("/api/chat.postMessage")
    async def post_message(request: Request) -> Response:
        try:
            body = await read_body(request, limit)
        except BodyTooLargeError:
            return _failed("request_too_large", 413)
        work = partial(_take_call, workspace, request, body)
        return await answer_under(faults, work, API_FAULTS)

    return router


def _take_webhook(workspace: Workspace, address: tuple[str, str, str], body: bytes, kind: str) -> Response:
    known = [(*path.split("/", 2), channel) for path, channel in workspace.settings.webhooks]
    if address[0] not in {team for team, *_ in known}:
        return PlainTextResponse("no_team", 404)
    service = next((entry for entry in known if entry[:2] == address[:2]), None)
    if service is None:
        return PlainTextResponse("no_service", 404)
    if not _same(service[2], address[2]):
        return PlainTextResponse("invalid_token", 403)
    try:
        workspace.post(check(decode(body, kind), len(body)), default=service[3], via="webhook")
    except PayloadError as error:
        return PlainTextResponse(error.code, 400)
    except UnknownChannelError:
        return PlainTextResponse("channel_not_found", 404)
    return PlainTextResponse("ok")


def _take_call(workspace: Workspace, request: Request, body: bytes) -> Response:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return _failed("not_authed")
    if not any(_same(known, token) for known in workspace.settings.tokens):
        return _failed("invalid_auth")
    try:
        raw = _call_arguments(body, request.headers.get("content-type", ""))
        if not raw.get("channel"):
            return _failed("channel_not_found")
        posted = workspace.post(check(raw, len(body)), default=None, via="chat.postMessage")
    except PayloadError as error:
        return _failed("invalid_arguments" if error.code == "invalid_payload" else error.code)
    except UnknownChannelError:
        return _failed("channel_not_found")
    return JSONResponse({"ok": True, "channel": channel_id(posted.channel), "ts": posted.ts, "message": _echo(posted)})


def _call_arguments(body: bytes, kind: str) -> dict[str, Any]:
    if kind.startswith("application/json"):
        try:
            return decode(body, kind)
        except PayloadError:
            raise PayloadError("invalid_json") from None
    # A form carries the lists as JSON texts of their own.
    form: dict[str, Any] = dict(parse_qsl(body.decode("utf-8", "replace")))
    for key in {"attachments", "blocks"} & form.keys():
        form[key] = decode(b'{"it": %s}' % form[key].encode(), "application/json")["it"]
    return form


def _echo(posted: Posted) -> dict[str, Any]:
    payload = posted.payload
    message = {"type": "message", "subtype": "bot_message", "ts": posted.ts, "text": payload.text}
    optional = {"username": payload.username, "attachments": payload.attachments, "blocks": payload.blocks}
    return message | {key: value for key, value in optional.items() if value}


def _same(known: str, given: str) -> bool:
    return hmac.compare_digest(known.encode(), given.encode("utf-8", "replace"))
