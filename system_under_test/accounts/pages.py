"""The pages of a person: arriving after sign-in, the account; and the file of everything that is held."""

import json
from datetime import UTC, datetime
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from system_under_test.accounts import service, sign_ins
from system_under_test.accounts.export import export_account
from system_under_test.accounts.identity import require_person
from system_under_test.accounts.local_path import HOME, local_path
from system_under_test.accounts.web import api_visitor, page_visitor
from system_under_test.app.answers import problem
from system_under_test.app.resources import Shop
from system_under_test.calendars.service import list_calendars
from system_under_test.errors import ShopError, unauthenticated
from system_under_test.web.rendering import Renderer


def make_router(shop: Shop, renderer: Renderer) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/signed-in")
    def signed_in(request: Request) -> Response:
        target = local_path(request.query_params.get("next"), HOME)
        visitor = page_visitor(request, shop)
        if visitor.identity is None:
            return _to_sign_in(target)
        with shop.database.read() as session:
            account = service.get_account(session, visitor.identity.account_id)
        return renderer.page("signed-in.html", signed_in=True, person=account.name, next=target)

    @router.get("/account")
    def account(request: Request) -> Response:
        visitor = page_visitor(request, shop)
        if visitor.identity is None:
            return _to_sign_in("/account")
        with shop.database.read() as session:
            return renderer.page(
                "account.html",
                signed_in=True,
                account=service.get_account(session, visitor.identity.account_id),
                sign_ins=sign_ins.list_sign_ins(session, visitor.identity.account_id),
                current=visitor.identity.sign_in_id,
                calendars=list_calendars(session, visitor.owner),
                name_length=service.NAME_LENGTH,
            )

    @router.get("/account/export")
    def export(request: Request) -> Response:
        try:
            identity = require_person(api_visitor(request, shop).identity)
            with shop.database.read() as session:
                held = export_account(session, identity.account_id)
            if held is None:
                raise unauthenticated()
        except ShopError as error:
            return problem(401, error.code, error.sentence, {"WWW-Authenticate": "Bearer"})
        name = f"village-calendar-{datetime.now(UTC).date().isoformat()}.json"
        return Response(
            json.dumps(held, ensure_ascii=False, indent=2),
            media_type="application/json",
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
        )

    return router


def _to_sign_in(target: str) -> Response:
    address = f"/auth/sign-in?{urlencode({'next': target})}"
    return RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})
