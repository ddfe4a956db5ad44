"""The shop's pages: home, templates, editor, preview, covers; and the error pages."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, TypeVar

from fastapi import APIRouter, FastAPI, Form, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from system_under_test.accounts.web import page_visitor, seems_signed_in
from system_under_test.app.answers import problem
from system_under_test.app.resources import Shop
from system_under_test.calendars import events, service
from system_under_test.calendars.appearance import PALETTE, accents_css
from system_under_test.calendars.marks import Mark, marks_of
from system_under_test.calendars.months import columns, month_of, months_of
from system_under_test.calendars.validation import parse_id
from system_under_test.errors import ErrorCode, ShopError, not_found
from system_under_test.settings import AppSettings
from system_under_test.templates_catalog.covers import render_cover
from system_under_test.templates_catalog.seeds import SEED_YEAR
from system_under_test.templates_catalog.service import find_template, list_templates
from system_under_test.templates_catalog.themes import themes_css
from system_under_test.web.form_token import form_token, is_own_form
from system_under_test.web.offer import prints_offer
from system_under_test.web.rendering import Renderer

# What the calendar in the shop window has written into its month.
SHOWCASE_EMOJI = {8: "🎂", 13: "🌱", 22: "🍓", 29: "🚲"}

Entry = TypeVar("Entry", events.EventData, Mark)


def by_day(entries: Iterable[Entry]) -> dict[date, list[Entry]]:
    """Return the entries of each day that has some."""
    found: dict[date, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.date, []).append(entry)
    return found


def make_router(shop: Shop, renderer: Renderer) -> APIRouter:
    """Return the routes of the pages."""
    router = APIRouter()
    settings = shop.settings

    def shop_window(request: Request, page: str) -> Response:
        visitor = page_visitor(request, shop)
        with shop.database.read() as session:
            templates = list_templates(session)
            own = service.list_calendars(session, visitor.owner) if visitor.has_history else []
            response = renderer.page(
                page,
                signed_in=visitor.signed_in,
                templates=templates,
                calendars=own[:12],
                **(prints_offer(session) if own and page == "home.html" else {}),
                showcase=month_of(templates[0].year if templates else SEED_YEAR, 5),
                showcase_emoji=SHOWCASE_EMOJI,
                form_token=form_token(visitor.guest, settings),
            )
        visitor.attach(response, settings)
        return response

    @router.get("/")
    def home(request: Request) -> Response:
        return shop_window(request, "home.html")

    @router.get("/templates")
    def templates(request: Request) -> Response:
        return shop_window(request, "templates.html")

    @router.post("/calendars")
    def start_calendar(
        request: Request,
        template: Annotated[str, Form(max_length=80)],
        form_token: Annotated[str, Form(max_length=80)] = "",
    ) -> Response:
        visitor = page_visitor(request, shop)
        if not is_own_form(visitor.guest, form_token, settings):
            return renderer.message(403, "This page is too old", "Please open the designs again and choose once more.")
        with shop.database.write() as session:
            made = service.create_calendar(session, visitor.owner, template, None, None)
        response = RedirectResponse(f"/editor/{made.id}", status_code=303)
        visitor.attach(response, settings)
        return response

    @router.get("/editor/{calendar_id}")
    def editor(request: Request, calendar_id: str) -> Response:
        visitor = page_visitor(request, shop)
        key = parse_id(calendar_id, "calendar")
        with shop.database.read() as session:
            calendar = service.get_calendar(session, visitor.owner, key)
            month = events.latest_event_month(session, key)
            return renderer.page(
                "editor.html",
                signed_in=visitor.signed_in,
                calendar=calendar,
                month=month,
                palette=PALETTE,
                **prints_offer(session),
            )

    @router.get("/preview/{calendar_id}")
    def preview(request: Request, calendar_id: str) -> Response:
        visitor = page_visitor(request, shop)
        key = parse_id(calendar_id, "calendar")
        with shop.database.read() as session:
            calendar = service.get_calendar(session, visitor.owner, key)
            found = events.events_by_calendar(session, [key])[key]
        return renderer.page(
            "preview.html",
            signed_in=visitor.signed_in,
            calendar=calendar,
            columns=columns(calendar.settings.week_start),
            months=months_of(calendar.year, calendar.settings.week_start),
            by_day=by_day(found),
            marks_by_day=by_day(marks_of(calendar.year, calendar.settings)),
        )

    @router.get("/covers/{slug}.svg")
    def cover(slug: str) -> Response:
        with shop.database.read() as session:
            template = find_template(session, slug)
            if template is None:
                raise not_found("cover")
            svg = render_cover(template)
        return Response(svg, media_type="image/svg+xml", headers={"Cache-Control": "public, max-age=3600"})

    @router.get("/themes.css")
    def themes() -> Response:
        with shop.database.read() as session:
            css = themes_css(list_templates(session)) + accents_css()
        return Response(css, media_type="text/css", headers={"Cache-Control": "public, max-age=3600"})

    return router


def add_error_pages(app: FastAPI, renderer: Renderer, settings: AppSettings) -> None:
    """Answer refusals and faults with a page for people, or with JSON below ``/graphql``."""

    def message(request: Request, status: int, title: str, sentence: str) -> Response:
        return renderer.message(status, title, sentence, signed_in=seems_signed_in(request, settings))

    @app.exception_handler(ShopError)
    def refused(request: Request, error: ShopError) -> Response:
        if error.code is ErrorCode.NOT_FOUND:
            hint = "It may have been deleted, or it belongs to another browser."
            return message(request, 404, error.sentence, hint)
        return message(request, 400, "That did not work", error.sentence)

    @app.exception_handler(RequestValidationError)
    def malformed(request: Request, __: RequestValidationError) -> Response:
        return message(request, 400, "That did not work", "A part of the form was missing.")

    @app.exception_handler(HTTPException)
    def http_error(request: Request, error: HTTPException) -> Response:
        if request.url.path == "/graphql":
            sentence = "Send operations with POST."
            return problem(error.status_code, ErrorCode.BAD_INPUT, sentence, error.headers)
        if error.status_code == 404:
            response = message(request, 404, "This page does not exist", "Perhaps the address has a typo.")
        else:
            hint = "Please go back and try again."
            response = message(request, error.status_code, "That did not work", hint)
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(OperationalError)
    @app.exception_handler(PoolTimeoutError)
    def away(request: Request, __: Exception) -> Response:
        hint = "We are very busy right now. Please try again in a moment."
        response = message(request, 503, "The shop is catching its breath", hint)
        response.headers["Retry-After"] = "2"
        return response
