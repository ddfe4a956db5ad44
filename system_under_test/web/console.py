"""``GET /graphql`` outside production: a small query console without anything from elsewhere."""

from fastapi import APIRouter, Response

from system_under_test.web.rendering import Renderer


def make_router(renderer: Renderer) -> APIRouter:
    """Return the route of the console."""
    router = APIRouter()

    @router.get("/graphql")
    def console() -> Response:
        return renderer.page("console.html")

    return router
