"""``/auth``: the way to the provider and back, renewed access tokens, signing out."""

import hmac
import uuid
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from system_under_test.accounts import service, sign_ins
from system_under_test.accounts.access import AccessTokens
from system_under_test.accounts.cookies import REFRESH_COOKIE, SignInCookies
from system_under_test.accounts.id_token import IdTokenError, Person
from system_under_test.accounts.local_path import HOME, local_path, path_of_referrer
from system_under_test.accounts.metrics import SignInMetrics
from system_under_test.accounts.oidc import CALLBACK_PATH, Attempt, CodeRefusedError, Provider, ProviderAwayError
from system_under_test.accounts.problems import Problem, problem_page
from system_under_test.accounts.web import ENDED, page_visitor
from system_under_test.app.answers import json_answer, problem
from system_under_test.app.resources import Shop
from system_under_test.errors import ErrorCode
from system_under_test.guests.web import guest_of, renew_guest
from system_under_test.telemetry.logs import describe_fault, get_logger
from system_under_test.web.rendering import Renderer

log = get_logger(__name__)


def make_router(shop: Shop, renderer: Renderer) -> APIRouter:
    """Return the routes. They are plain functions: the provider is asked from a thread."""
    router = APIRouter()
    settings = shop.settings
    provider = Provider(settings)
    cookies = SignInCookies(settings)
    tokens = AccessTokens(settings)
    metrics = SignInMetrics(shop.metrics.registry)

    def refuse(kind: Problem, target: str, fault: Exception | None = None) -> Response:
        metrics.sign_ins.labels(kind.name.lower()).inc()
        log.warning("sign_in_refused", reason=kind.name.lower(), error=describe_fault(fault) if fault else None)
        response = problem_page(renderer, kind, target)
        cookies.end_journey(response)
        return response

    @router.get("/auth/sign-in")
    def begin(request: Request) -> Response:
        wanted = request.query_params.get("next")
        came_from = path_of_referrer(request.headers.get("referer"), request.headers.get("host"))
        target = local_path(wanted, HOME) if wanted else came_from
        attempt = Attempt.new()
        try:
            address = provider.authorization_url(attempt)
        except ProviderAwayError as fault:
            return refuse(Problem.AWAY, target, fault)
        response = _redirect(address)
        journey = {"state": attempt.state, "nonce": attempt.nonce, "verifier": attempt.verifier, "next": target}
        cookies.start_journey(response, journey)
        return response

    @router.get(CALLBACK_PATH)
    def callback(request: Request) -> Response:
        query = request.query_params
        journey = cookies.journey(request)
        target = local_path((journey or {}).get("next"), HOME)
        if journey is None or not _is_same(journey, query.get("state")):
            if page_visitor(request, shop).signed_in:
                return refuse(Problem.ALREADY, target)
            return refuse(Problem.STRAY, target)
        try:
            if not provider.is_mine(query.get("iss")):
                return refuse(Problem.STRAY, target)
            if "code" not in query:
                cancelled = query.get("error") == "access_denied"
                return refuse(Problem.CANCELLED if cancelled else Problem.REFUSED, target)
            attempt = Attempt(journey["state"], journey["nonce"], journey["verifier"])
            person = provider.person(query["code"], attempt)
        except ProviderAwayError as fault:
            return refuse(Problem.AWAY, target, fault)
        except CodeRefusedError as fault:
            return refuse(Problem.STRAY, target, fault)
        except IdTokenError as fault:
            log.error("id_token_refused", rule=str(fault))
            return refuse(Problem.UNVERIFIED if str(fault) == "email" else Problem.REFUSED, target, fault)
        return welcome(request, person, target)

    def welcome(request: Request, person: Person, target: str) -> Response:
        guest = guest_of(request, settings)
        with shop.database.write() as session:
            opened = service.sign_in(
                session, person, None if guest.is_new else guest.session_id, cookies.sign_in_id(request)
            )
        metrics.sign_ins.labels("done").inc()
        log.info("signed_in", sign_in_id=str(opened.identity.sign_in_id))
        response = _redirect(f"/signed-in?{urlencode({'next': target})}")
        cookies.end_journey(response)
        cookies.sign_in(response, opened.identity.sign_in_id, opened.refresh_token, opened.seconds)
        # What was known before the sign-in, perhaps to somebody else, must not name the person's browser after it.
        renew_guest(response, settings)
        return response

    @router.post("/auth/refresh")
    def refresh(request: Request) -> Response:
        token = request.cookies.get(REFRESH_COOKIE)
        if not token:
            return _ended(cookies)
        with shop.database.write() as session:
            outcome = sign_ins.rotate(session, token)
        if isinstance(outcome, sign_ins.Refusal):
            metrics.refreshes.labels("reused" if outcome.reused else "refused").inc()
            if outcome.reused:
                log.warning("refresh_token_reused", consequence="the whole sign-in was revoked")
            return _ended(cookies)
        metrics.refreshes.labels("done").inc()
        access = tokens.issue(outcome.identity)
        response = json_answer({"accessToken": access.value, "expiresIn": access.expires_in})
        cookies.renew(response, outcome.refresh_token, outcome.seconds)
        return response

    @router.post("/auth/sign-out")
    def sign_out(request: Request) -> Response:
        token = request.cookies.get(REFRESH_COOKIE)
        named: uuid.UUID | None = cookies.sign_in_id(request)
        if token or named:
            with shop.database.write() as session:
                if token:
                    sign_ins.revoke_by_token(session, token, "signed out")
                if named:
                    sign_ins.revoke(session, named, "signed out")
        response = json_answer({"signedOut": True})
        cookies.sign_out(response)
        return response

    return router


def _redirect(address: str) -> RedirectResponse:
    return RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})


def _is_same(journey: dict[str, Any], state: str | None) -> bool:
    return hmac.compare_digest(str(journey.get("state")).encode(), (state or "").encode())


def _ended(cookies: SignInCookies) -> Response:
    response = problem(401, ErrorCode.UNAUTHENTICATED, ENDED)
    cookies.sign_out(response)
    return response
