"""The web application, put together from the routes of the domains."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from system_under_test.accounts import pages as account_pages
from system_under_test.accounts import routes as sign_in_routes
from system_under_test.admin import pages as admin_pages
from system_under_test.app import graphql, health
from system_under_test.app.middleware import SecurityMiddleware
from system_under_test.app.observe import ObserveMiddleware
from system_under_test.app.resources import Shop, open_shop
from system_under_test.help import routes as help_routes
from system_under_test.help.library import open_library
from system_under_test.payments import webhook
from system_under_test.printing import download
from system_under_test.settings import AppSettings
from system_under_test.status import routes as status_routes
from system_under_test.telemetry.logs import get_logger
from system_under_test.throttling.middleware import ThrottleMiddleware
from system_under_test.web import console, order_routes, routes
from system_under_test.web.rendering import Renderer, static_files

log = get_logger(__name__)


def create_app(settings: AppSettings, shop: Shop | None = None) -> FastAPI:
    """Return the application; ``shop`` may be handed over by tests that look inside.

    Raises HelpError for a page of the help centre that must not be shown.
    """
    library = open_library(settings)
    opened = shop or open_shop(settings)
    renderer = Renderer(tooltips=library.tooltips)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        opened.relay.start()
        opened.status.start()
        opened.started = True
        log.info("started", environment=str(settings.environment), pool_size=settings.pool_size)
        yield
        opened.started = False
        await opened.throttle.close()
        opened.close()
        log.info("stopped")

    app = FastAPI(title="Village Calendar", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(health.make_router(opened))
    app.include_router(graphql.make_router(opened))
    app.include_router(webhook.make_router(opened))
    if not settings.is_production:
        app.include_router(console.make_router(renderer))
    app.include_router(download.make_router(opened, renderer))
    app.include_router(sign_in_routes.make_router(opened, renderer))
    app.include_router(account_pages.make_router(opened, renderer))
    app.include_router(order_routes.make_router(opened, renderer))
    app.include_router(admin_pages.make_router(opened, renderer))
    app.include_router(status_routes.make_router(opened, renderer))
    app.include_router(help_routes.make_router(opened, renderer, library))
    app.include_router(routes.make_router(opened, renderer))
    app.mount("/static", static_files(), name="static")
    routes.add_error_pages(app, renderer, settings)
    app.add_middleware(ThrottleMiddleware, throttle=opened.throttle, renderer=renderer)
    # Added last means outermost: refusals of the security layer are observed too.
    app.add_middleware(SecurityMiddleware, production=settings.is_production)
    app.add_middleware(ObserveMiddleware, metrics=opened.metrics)
    app.state.shop = opened
    return app
