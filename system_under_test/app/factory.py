"""The web application, put together from the routes of the domains."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from system_under_test.app import graphql, health
from system_under_test.app.middleware import SecurityMiddleware
from system_under_test.app.observe import ObserveMiddleware
from system_under_test.app.resources import Shop, open_shop
from system_under_test.printing import download
from system_under_test.settings import AppSettings
from system_under_test.telemetry.logs import get_logger
from system_under_test.web import console, routes
from system_under_test.web.rendering import Renderer, static_files

log = get_logger(__name__)


def create_app(settings: AppSettings, shop: Shop | None = None) -> FastAPI:
    """Return the application; ``shop`` may be handed over by tests that look inside."""
    opened = shop or open_shop(settings)
    renderer = Renderer()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        opened.relay.start()
        opened.started = True
        log.info("started", environment=str(settings.environment), pool_size=settings.pool_size)
        yield
        opened.started = False
        opened.close()
        log.info("stopped")

    app = FastAPI(title="Village Calendar", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(health.make_router(opened))
    app.include_router(graphql.make_router(opened))
    if not settings.is_production:
        app.include_router(console.make_router(renderer))
    app.include_router(download.make_router(opened, renderer))
    app.include_router(routes.make_router(opened, renderer))
    app.mount("/static", static_files(), name="static")
    routes.add_error_pages(app, renderer)
    # Added last means outermost: refusals of the security layer are observed too.
    app.add_middleware(SecurityMiddleware, production=settings.is_production)
    app.add_middleware(ObserveMiddleware, metrics=opened.metrics)
    app.state.shop = opened
    return app
