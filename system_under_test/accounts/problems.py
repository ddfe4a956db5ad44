"""The pages that say why a sign-in did not happen, and which ways lead on."""

from enum import Enum
from urllib.parse import urlencode

from fastapi import Response

from system_under_test.web.rendering import Renderer


class Problem(Enum):
    """What may come in between: HTTP status, title, sentence."""

    CANCELLED = (
        200,
        "You are not signed in",
        "You went back without choosing an account. Nothing has changed: your calendars and your cart are still here.",
    )
    STRAY = (
        400,
        "This sign-in is no longer valid",
        "It has been used already, took longer than ten minutes, or was begun in another window. Please start anew.",
    )
    ALREADY = (
        400,
        "You are signed in already",
        "This sign-in has been used already. There is nothing more to do.",
    )
    UNVERIFIED = (
        403,
        "We need a confirmed e-mail address",
        "The account that you chose has no e-mail address that was confirmed. Please confirm it, or choose another.",
    )
    REFUSED = (
        502,
        "We could not sign you in",
        "The answer about your account was not as it should be, so we did not trust it. Please try again.",
    )
    AWAY = (
        503,
        "Signing in does not work just now",
        "The service that knows your account does not answer. Please try again in a moment; "
        "everything you make meanwhile is kept in this browser.",
    )


def problem_page(renderer: Renderer, problem: Problem, target: str) -> Response:
    """Return the page; "sign in again" leads to ``target`` in the end, and so does going on without."""
    status, title, sentence = problem.value
    signed_in = problem is Problem.ALREADY
    response = renderer.page(
        "sign-in-problem.html",
        status,
        signed_in=signed_in,
        title=title,
        sentence=sentence,
        again=None if signed_in else f"/auth/sign-in?{urlencode({'next': target})}",
        onward=target,
    )
    response.headers["Cache-Control"] = "no-store"
    if problem is Problem.AWAY:
        response.headers["Retry-After"] = "5"
    return response
