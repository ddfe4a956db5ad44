"""The double, put together."""

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from system_under_test.doubles.google import authorize, control, resources, tokens
from system_under_test.doubles.google.issuer import Issuer
from system_under_test.doubles.google.pages import ASSETS
from system_under_test.doubles.google.settings import DoubleSettings
from system_under_test.doubles.kit.web import HeadersMiddleware


def create_app(settings: DoubleSettings) -> ASGIApp:
    """Return the application; it keeps everything in memory."""
    issuer = Issuer(settings)
    app = FastAPI(title="Google double", docs_url=None, redoc_url=None, openapi_url=None)
    for room in (resources, authorize, tokens, control):
        app.include_router(room.make_router(issuer))
    app.mount("/assets", StaticFiles(directory=ASSETS), name="assets")
    # Outside of FastAPI, whose answer to a fault no middleware of its own would see.
    return HeadersMiddleware(app)
