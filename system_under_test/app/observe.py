"""Counts, times and logs every request."""

import secrets
import time
from collections.abc import Iterable
from typing import Any

import structlog
from starlette.datastructures import MutableHeaders
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from system_under_test.telemetry.logs import get_logger
from system_under_test.telemetry.metrics import Metrics
from system_under_test.telemetry.tracing import describe_answer, server_span

log = get_logger("system_under_test.request")

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
QUIET_ROUTES = frozenset({"/livez", "/readyz", "/startupz", "/metrics", "/static"})
CLIENT_CLOSED = 499  # nginx's code for a client that went away before the answer


def route_label(scope: Scope) -> str:
    """Return the pattern of the matched route, never the raw path: label values must stay few."""
    if scope.get("path", "").startswith("/static/"):
        return "/static"
    path = getattr(scope.get("route"), "path", None)
    if path is None and "app" in scope:
        # What is refused before the routes are asked (429, 413, 403) counts for its route all the same.
        path = _pattern(scope["app"].routes, scope)
    return path if isinstance(path, str) else "unmatched"


def _pattern(routes: Iterable[Any], scope: Scope) -> str | None:
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is not None:
            found = _pattern(included.routes, scope)
        else:
            found = route.path if route.matches(scope)[0] is not Match.NONE else None
        if found is not None:
            return found
    return None


class ObserveMiddleware:
    """The outermost layer; one metric and one log line per request, without address or text."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self.app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        status = CLIENT_CLOSED

        async def send_noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        with server_span(scope) as opened:
            try:
                await self.app(scope, receive, send_noting_status)
            finally:
                seconds = time.perf_counter() - started
                route = route_label(scope)
                method = scope["method"] if scope["method"] in METHODS else "other"
                self._metrics.requests.labels(route, method, str(status)).inc()
                self._metrics.request_seconds.labels(route).observe(seconds)
                describe_answer(opened, method, route, status)
                if route not in QUIET_ROUTES:
                    log.info("request", route=route, method=method, status=status, ms=round(seconds * 1000, 1))
