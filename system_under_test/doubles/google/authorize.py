"""The authorisation endpoint and the sign-in page behind it."""

from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from system_under_test.doubles.google.errors import PageError, RedirectError
from system_under_test.doubles.google.issuer import Issuer
from system_under_test.doubles.google.pages import page
from system_under_test.doubles.google.persons import SEEDED, Person, PersonError, seeded_person, typed_person
from system_under_test.doubles.google.request import AuthorizationRequest, RefusedRequestError, read_request

PATH = "/o/oauth2/v2/auth"
COOKIE = "google_double_session"
Pairs = list[tuple[str, str]]


def make_router(issuer: Issuer) -> APIRouter:
    """Return the routes; the page carries the whole request with it, nothing is kept meanwhile."""
    router = APIRouter()

    @router.api_route(PATH, methods=["GET", "POST"])
    async def authorize(http: Request) -> Response:
        pairs = await form_pairs(http) if http.method == "POST" else http.query_params.multi_items()
        try:
            request = read_request(pairs, issuer.settings)
        except (PageError, RefusedRequestError) as refusal:
            return _refuse(issuer, refusal)
        if "none" not in request.prompts:
            return _sign_in_page(request, pairs)
        known = issuer.grants.session_person(http.cookies.get(COOKIE, ""))
        if known is None or (request.login_hint and request.login_hint.lower() not in (known.email, known.subject)):
            error = RedirectError("interaction_required", more={"error_subtype": "access_denied"})
            return _refuse(issuer, RefusedRequestError(request, error))
        return _to_client(issuer, request, known)

    @router.post("/signin")
    async def sign_in(http: Request) -> Response:
        form = dict(await form_pairs(http))
        pairs = parse_qsl(form.get("request", ""), keep_blank_values=True)
        try:
            # Read anew: the form is the browser's, and what it says is not to be believed.
            request = read_request(pairs, issuer.settings)
            if form.get("action") == "cancel":
                raise RefusedRequestError(request, RedirectError("access_denied"))
            person = _chosen(form)
        except (PageError, RefusedRequestError) as refusal:
            return _refuse(issuer, refusal)
        except PersonError as error:
            return _sign_in_page(request, pairs, typed=form, error=error)
        response = _to_client(issuer, request, person)
        response.set_cookie(
            COOKIE, issuer.grants.open_session(person), httponly=True, samesite="lax",
            secure=issuer.settings.browser_url.startswith("https://"),
        )  # fmt: skip
        return response

    return router


async def form_pairs(http: Request) -> Pairs:
    """Return the fields of a form in their order; uploaded files are no fields."""
    return [(name, value) for name, value in (await http.form()).multi_items() if isinstance(value, str)]


def _chosen(form: dict[str, str]) -> Person:
    if "person" in form:
        seeded = seeded_person(form["person"])
        if seeded is None:
            raise PersonError("email", "This person is not in the list.")
        return seeded
    return typed_person(form.get("email", ""), form.get("name", ""), is_admin="administrator" in form)


def _to_client(issuer: Issuer, request: AuthorizationRequest, person: Person) -> RedirectResponse:
    answer = {
        "code": issuer.grants.issue_code(request, person),
        "scope": " ".join(request.scopes),
        "authuser": "0",
        "prompt": " ".join(sorted(request.prompts)) or "select_account",
    }
    return RedirectResponse(request.answer_url(issuer.url, answer), status_code=303)


def _refuse(issuer: Issuer, refusal: PageError | RefusedRequestError) -> Response:
    if isinstance(refusal, PageError):
        return page("error.html", refusal.status, error=refusal)
    error = refusal.error
    description = {"error_description": error.description} if error.description else {}
    answer = {"error": error.error, **description, **error.more}
    return RedirectResponse(refusal.request.answer_url(issuer.url, answer), status_code=303)


def _sign_in_page(
    request: AuthorizationRequest, pairs: Pairs, typed: dict[str, str] | None = None, error: PersonError | None = None
) -> Response:
    hinted = seeded_person(request.login_hint)
    values = typed or {"email": request.login_hint, "name": hinted.name if hinted else ""}
    return page(
        "sign_in.html",
        400 if error else 200,
        sends_to=request.redirect_uri,
        request_line=urlencode(pairs),
        client=request.redirect_uri.split("/")[2],
        persons=sorted(SEEDED, key=lambda person: person is not hinted),
        typed={name: values.get(name, "") for name in ("email", "name", "administrator")},
        error=error,
    )
