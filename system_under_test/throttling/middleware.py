"""The limits by address. What an account may do is counted where it is known: by the GraphQL endpoint."""

from fastapi import Response
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from system_under_test.app.answers import problem
from system_under_test.errors import ErrorCode
from system_under_test.throttling.budgets import budget_of
from system_under_test.throttling.limiter import Charge, Excess, Throttle
from system_under_test.web.rendering import Renderer


def too_many(excess: Excess) -> Response:
    """Return the refusal for programs."""
    return problem(429, ErrorCode.TOO_MANY_REQUESTS, excess.sentence, excess.headers)


class ThrottleMiddleware:
    """Refuses with 429 before anything expensive is done: a page for people, JSON for programs."""

    def __init__(self, app: ASGIApp, *, throttle: Throttle, renderer: Renderer) -> None:
        self.app = app
        self._throttle = throttle
        self._renderer = renderer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._throttle.is_on:
            await self.app(scope, receive, send)
            return
        budget = budget_of(scope["path"])
        if budget is None:
            await self.app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        excess = await self._throttle.charge([Charge(budget, self._throttle.client(request))])
        if excess is None:
            await self.app(scope, receive, send)
            return
        await self._refusal(request, excess)(scope, receive, send)

    def _refusal(self, request: HTTPConnection, excess: Excess) -> Response:
        if "text/html" not in request.headers.get("accept", ""):
            return too_many(excess)
        page = self._renderer.message(429, "One moment, please", excess.sentence)
        page.headers.update(excess.headers)
        return page
