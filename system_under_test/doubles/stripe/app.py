"""The application of the double, put together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from system_under_test.doubles.stripe.api import Api
from system_under_test.doubles.stripe.control import Control
from system_under_test.doubles.stripe.double import SUBSCRIBED, Double
from system_under_test.doubles.stripe.pages import Pages
from system_under_test.doubles.stripe.webhooks import Webhooks

SWEEP_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Options:
    """Settings of the double; ``retry_base`` is the pause in seconds before the first retry, doubled each time."""

    webhook_url: str
    webhook_secret: str
    api_key: str | None = None
    public_url: str | None = None
    retry_base: float = 1.0
    max_attempts: int = 10
    events: tuple[str, ...] = SUBSCRIBED


def create_app(options: Options) -> Starlette:
    """Return the application; it keeps its state to itself, and serves one event loop."""
    webhooks = Webhooks(
        options.webhook_url,
        options.webhook_secret,
        retry_base=options.retry_base,
        max_attempts=options.max_attempts,
    )
    double = Double(webhooks, options.events)
    api = Api(double, options.api_key, options.public_url)

    async def sweep() -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            double.expire_overdue()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        sweeper = asyncio.get_running_loop().create_task(sweep())
        yield
        sweeper.cancel()
        await asyncio.gather(sweeper, return_exceptions=True)
        await webhooks.close()

    async def livez(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    routes = [Route("/livez", livez), *api.routes(), *Pages(double).routes(), *Control(double, api).routes()]
    return Starlette(routes=routes, lifespan=lifespan)
