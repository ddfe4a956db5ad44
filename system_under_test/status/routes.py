"""``/status`` and ``/status.json``: how the shop is, for customers."""

from fastapi import APIRouter, Request, Response

from system_under_test.accounts.web import seems_signed_in
from system_under_test.app.answers import json_answer
from system_under_test.app.resources import Shop
from system_under_test.status.states import SUMMARIES, worst
from system_under_test.web.rendering import Renderer


def make_router(shop: Shop, renderer: Renderer) -> APIRouter:
    """Return the routes. They touch neither database nor network, so they answer when those do not."""
    router = APIRouter()
    support = shop.settings.support_email

    @router.get("/status")
    async def page(request: Request) -> Response:
        findings = shop.status.findings()
        overall = worst(findings)
        return renderer.page(
            "status.html",
            signed_in=seems_signed_in(request, shop.settings),
            findings=findings,
            overall=overall,
            summary=SUMMARIES[overall],
            support=support,
        )

    @router.get("/status.json")
    async def document() -> Response:
        findings = shop.status.findings()
        overall = worst(findings)
        parts = [
            {
                "name": finding.name,
                "title": finding.title,
                "state": finding.state,
                "words": finding.state.words,
                "message": finding.message,
                "checkedAt": finding.checked_at.isoformat(timespec="seconds") if finding.checked_at else None,
            }
            for finding in findings
        ]
        return json_answer({"state": overall, "summary": SUMMARIES[overall], "parts": parts, "support": support})

    return router
