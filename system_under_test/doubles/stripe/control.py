"""Switches for testers below ``/_control``, open to the loopback alone."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from system_under_test.doubles.kit.control import loopback_only
from system_under_test.doubles.stripe.api import Api
from system_under_test.doubles.stripe.double import Double
from system_under_test.doubles.stripe.faults import Fault
from system_under_test.doubles.stripe.webhooks import Mode, Trouble

OLD_AGE = 3600.0


class _Order(BaseModel):
    model_config = ConfigDict(extra="forbid")


class WebhookOrder(_Order):
    """What happens to the next ``count`` events; ``seconds`` is the delay or the age of the timestamp."""

    mode: Mode
    count: int = Field(1, ge=1, le=10_000)
    seconds: float | None = Field(None, ge=0, le=10**6, allow_inf_nan=False)
    together: bool = False


class FaultOrder(_Order):
    """What happens to the next ``calls`` calls of the API: before they are carried out, or after."""

    status: int | None = Field(None, ge=400, le=599)
    seconds: float = Field(0.0, ge=0, le=600, allow_inf_nan=False)
    calls: int = Field(1, ge=0, le=10_000)
    when: Literal["before", "after"] = "before"


class ClockOrder(_Order):
    """By how many seconds the clock of the double goes forward."""

    seconds: float = Field(gt=0, le=10**8, allow_inf_nan=False)


AnyOrder = TypeVar("AnyOrder", bound=_Order)
Handler = Callable[[Request], Awaitable[Response]]


class Control:
    """The routes below ``/_control``."""

    def __init__(self, double: Double, api: Api) -> None:
        self._double = double
        self._api = api

    def routes(self) -> list[Route]:
        """Return the routes."""
        handlers: list[tuple[str, str, Handler]] = [
            ("POST", "/webhooks", self.webhooks),
            ("POST", "/redeliver/{id}", self.redeliver),
            ("GET", "/deliveries", self.deliveries),
            ("POST", "/fault", self.fault),
            ("POST", "/advance", self.advance),
            ("POST", "/reset", self.reset),
        ]
        return [Route(f"/_control{path}", _guarded(handler), methods=[method]) for method, path, handler in handlers]

    async def webhooks(self, request: Request) -> Response:
        """Plan what happens to the next events."""
        order = await _read(request, WebhookOrder)
        seconds = order.seconds
        if seconds is None:
            seconds = OLD_AGE if order.mode is Mode.OLD_TIMESTAMP else 1.0
        count = 0 if order.mode is Mode.NORMAL else order.count
        self._double.webhooks.plan(Trouble(order.mode, count, seconds, order.together))
        return JSONResponse({"mode": order.mode, "count": count, "seconds": seconds, "together": order.together})

    async def redeliver(self, request: Request) -> Response:
        """Send an event again, at once, whatever waits before it."""
        event = self._double.state.events.get(request.path_params["id"])
        if event is None:
            return JSONResponse({"error": "There is no such event."}, 404)
        return JSONResponse(asdict(self._double.webhooks.redeliver(event)), 202)

    async def deliveries(self, _: Request) -> Response:
        """Tell what was delivered, when and with what answer."""
        return JSONResponse({"deliveries": self._double.webhooks.as_list()})

    async def fault(self, request: Request) -> Response:
        """Plan trouble for the next calls of the API."""
        order = await _read(request, FaultOrder)
        self._api.fault = Fault(order.calls, order.status, order.seconds, order.when == "after")
        return JSONResponse(order.model_dump())

    async def advance(self, request: Request) -> Response:
        """Move the clock forward, so that sessions expire; signatures keep the real time."""
        order = await _read(request, ClockOrder)
        self._double.clock.advance(order.seconds)
        self._double.expire_overdue()
        return JSONResponse({"now": self._double.clock.now()})

    async def reset(self, _: Request) -> Response:
        """Forget everything."""
        self._double.reset()
        self._api.reset()
        return JSONResponse({"reset": True})


def _guarded(handler: Handler) -> Handler:
    async def guarded(request: Request) -> Response:
        try:
            loopback_only(request)
            return await handler(request)
        except HTTPException as refusal:
            return JSONResponse({"error": refusal.detail}, refusal.status_code)
        except ValidationError as fault:
            return JSONResponse({"error": json.loads(fault.json(include_url=False, include_context=False))}, 422)

    return guarded


async def _read(request: Request, kind: type[AnyOrder]) -> AnyOrder:
    return kind.model_validate_json(await request.body() or b"{}")
