"""The hosted payment page: what a customer sees between the shop and its confirmation."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from system_under_test.doubles.stripe.cards import Decline, Outcome, read_card
from system_under_test.doubles.stripe.double import Double
from system_under_test.doubles.stripe.payments import customer_of
from system_under_test.doubles.stripe.sessions import PLACEHOLDER, is_email
from system_under_test.doubles.stripe.state import Attempt, Checkout
from system_under_test.doubles.stripe.values import Obj, format_amount

FILES = Path(__file__).parent / "page"
MAX_BODY = 64 * 1024
MAX_FIELD = 500
SHIPPING_FIELDS = {
    "line1": "Enter the street and number.",
    "postal_code": "Enter the postal code.",
    "city": "Enter the city.",
    "country": "Choose a country we deliver to.",
}
CLOSED = {
    "complete": (409, "You're all done here", "This payment was completed. You have not been charged again."),
    "expired": (410, "This session has expired", "Nothing was charged. Go back to the shop and check out again."),
}
Form = Mapping[str, str]


class Pages:
    """The routes below ``/c``."""

    def __init__(self, double: Double) -> None:
        self._double = double
        self._environment = Environment(
            loader=FileSystemLoader(FILES), autoescape=True, undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        self._environment.filters["money"] = format_amount

    def routes(self) -> list[Route | Mount]:
        """Return the routes of the page, its confirmation step and its style sheet."""
        return [
            Route("/c/pay/{id}", self.show, methods=["GET"]),
            Route("/c/pay/{id}", self.submit, methods=["POST"]),
            Route("/c/pay/{id}/confirm", self.show_confirmation, methods=["GET"]),
            Route("/c/pay/{id}/confirm", self.confirm, methods=["POST"]),
            Mount("/c/static", StaticFiles(directory=FILES / "static")),
        ]

    async def show(self, request: Request) -> Response:
        """Show the form, or why the session cannot be paid any more."""
        checkout = self._checkout(request)
        return self._closed(checkout) or self._form(checkout)

    async def submit(self, request: Request) -> Response:
        """Try to pay. 422 for wrong fields, 402 for a decline; else on to the shop or to the confirmation."""
        form = await _read_form(request)
        checkout = self._checkout(request)
        refusal = self._closed(checkout)
        if refusal is not None or checkout is None:
            return refusal or self._message(404, "Page not found", "There is no such payment page.")
        card, errors = read_card(form, self._double.today())
        customer, more = _read_customer(form, checkout.session["customer_email"])
        shipping, wrong_places = _read_shipping(form, checkout.session["shipping_address_collection"])
        errors = {**more, **errors, **wrong_places}
        if card is None or errors:
            return self._form(checkout, form, errors, status=422)
        answer = self._double.pay(checkout, Attempt(card, customer, shipping))
        if isinstance(answer, Decline):
            return self._form(checkout, form, {}, answer.message, 402)
        if answer is Outcome.AUTHENTICATE:
            return _see_other(f"/c/pay/{checkout.session['id']}/confirm")
        return _to_shop(checkout)

    async def show_confirmation(self, request: Request) -> Response:
        """Show the bank's 3-D Secure step of a payment that waits for it."""
        checkout = self._checkout(request)
        refusal = self._closed(checkout)
        if refusal is not None or checkout is None:
            return refusal or self._message(404, "Page not found", "There is no such payment page.")
        if checkout.waiting is None:
            return _see_other(f"/c/pay/{checkout.session['id']}")
        return self._page("confirm.html", checkout, card=checkout.waiting.card)

    async def confirm(self, request: Request) -> Response:
        """Take the customer's answer to the bank: ``outcome`` is complete or fail."""
        form = await _read_form(request)
        checkout = self._checkout(request)
        refusal = self._closed(checkout)
        if refusal is not None or checkout is None:
            return refusal or self._message(404, "Page not found", "There is no such payment page.")
        if checkout.waiting is None or form.get("outcome") not in {"complete", "fail"}:
            return _see_other(f"/c/pay/{checkout.session['id']}")
        decline = self._double.confirm(checkout, authenticated=form["outcome"] == "complete")
        return self._form(checkout, {}, {}, decline.message, 402) if decline else _to_shop(checkout)

    def _checkout(self, request: Request) -> Checkout | None:
        self._double.expire_overdue()
        return self._double.state.checkouts.get(request.path_params["id"])

    def _closed(self, checkout: Checkout | None) -> Response | None:
        if checkout is None:
            return self._message(404, "Page not found", "There is no such payment page.")
        if checkout.session["status"] == "open":
            return None
        return self._message(*CLOSED[checkout.session["status"]], back=checkout.session["cancel_url"])

    def _form(
        self, checkout: Checkout | None, form: Form | None = None, errors: Form | None = None, alert: str = "",
        status: int = 200,
    ) -> Response:  # fmt: skip
        # Number and security code are never written into a page again.
        shown = {key: value for key, value in (form or {}).items() if key not in {"card_number", "cvc"}}
        return self._page("pay.html", checkout, status, form=shown, errors=errors or {}, alert=alert)

    def _page(self, name: str, checkout: Checkout | None, status: int = 200, **values: object) -> Response:
        if checkout is None:
            return self._message(404, "Page not found", "There is no such payment page.")
        html = self._environment.get_template(name).render(session=checkout.session, items=checkout.items, **values)
        return _secured(HTMLResponse(html, status), checkout.session["success_url"])

    def _message(self, status: int, title: str, sentence: str, back: str | None = None) -> Response:
        html = self._environment.get_template("message.html").render(title=title, sentence=sentence, back=back)
        return _secured(HTMLResponse(html, status))


def _secured(response: Response, success_url: str | None = None) -> Response:
    # Browsers hold the redirect after a form against form-action too: the shop must be named.
    parts = urlsplit(success_url or "")
    shop = f" {parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.netloc else ""
    response.headers.update({
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'{shop}; base-uri 'none'; "
            "frame-ancestors 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    })  # fmt: skip
    return response


def _see_other(url: str) -> Response:
    return RedirectResponse(url, 303, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})


def _to_shop(checkout: Checkout) -> Response:
    return _see_other(checkout.session["success_url"].replace(PLACEHOLDER, checkout.session["id"]))


async def _read_form(request: Request) -> dict[str, str]:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY:
            return {}
    pairs = parse_qsl(body.decode(errors="replace"), keep_blank_values=True)
    return {key: value.strip()[:MAX_FIELD] for key, value in pairs}


def _read_customer(form: Form, known_email: str | None) -> tuple[Obj, dict[str, str]]:
    errors: dict[str, str] = {}
    email = known_email or form.get("email", "")
    if not is_email(email):
        errors["email"] = "Enter a valid email address."
    name = form.get("name", "")
    if not name:
        errors["name"] = "Enter the name on the card."
    return customer_of(email, name, form.get("country") or None), errors


def _read_shipping(form: Form, wanted: Obj | None) -> tuple[Obj | None, dict[str, str]]:
    if wanted is None:
        return None, {}
    place = {key: form.get(key, "") for key in SHIPPING_FIELDS}
    errors = {key: SHIPPING_FIELDS[key] for key, value in place.items() if not value}
    if place["country"] not in wanted["allowed_countries"]:
        errors["country"] = SHIPPING_FIELDS["country"]
    return {"address": {**place, "line2": None, "state": None}, "name": form.get("name", "")}, errors
