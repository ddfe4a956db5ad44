"""The API below ``/v1``: keys, planned faults, idempotency, decoding, then the endpoint."""

import asyncio
import base64
import binascii
import hmac
import re
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from system_under_test.doubles.stripe import endpoints as end
from system_under_test.doubles.stripe.double import Cause, Double
from system_under_test.doubles.stripe.errors import ApiError, invalid
from system_under_test.doubles.stripe.faults import Fault
from system_under_test.doubles.stripe.forms import decode_form
from system_under_test.doubles.stripe.idempotency import IdempotencyKeys
from system_under_test.doubles.stripe.listing import expand
from system_under_test.doubles.stripe.parameters import Params
from system_under_test.doubles.stripe.values import API_VERSION, Obj, new_id

MAX_BODY = 256 * 1024
ENDPOINTS: dict[str, dict[str, end.Endpoint]] = {
    "/v1/checkout/sessions": {"POST": end.create_session, "GET": end.list_sessions},
    "/v1/checkout/sessions/{id}": {"GET": end.get_session},
    "/v1/checkout/sessions/{id}/expire": {"POST": end.expire_session},
    "/v1/checkout/sessions/{id}/line_items": {"GET": end.list_line_items},
    "/v1/payment_intents": {"GET": end.list_intents},
    "/v1/payment_intents/{id}": {"GET": end.get_intent},
    "/v1/charges": {"GET": end.list_charges},
    "/v1/charges/{id}": {"GET": end.get_charge},
    "/v1/refunds": {"POST": end.create_refund, "GET": end.list_refunds},
    "/v1/refunds/{id}": {"GET": end.get_refund},
    "/v1/events": {"GET": end.list_events},
    "/v1/events/{id}": {"GET": end.get_event},
    "/v1/balance": {"GET": end.get_balance},
}


class Api:
    """Answers the calls of the library. ``api_key`` None accepts every ``sk_test_`` key."""

    def __init__(self, double: Double, api_key: str | None, public_url: str | None = None) -> None:
        self._double = double
        self._api_key = api_key
        self._public_url = public_url
        self.keys = IdempotencyKeys()
        self.fault = Fault()

    def reset(self) -> None:
        """Forget idempotency keys and planned faults."""
        self.keys = IdempotencyKeys()
        self.fault = Fault()

    def routes(self) -> list[Route]:
        """Return the routes; everything else below ``/v1`` is an unrecognized URL."""
        known = [Route(path, self._handler(methods), methods=list(methods)) for path, methods in ENDPOINTS.items()]
        any_method = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        return [*known, Route("/v1/{rest:path}", self._handler({}), methods=any_method)]

    def _handler(self, methods: dict[str, end.Endpoint]) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            request_id = new_id("req_", 14)
            headers = {
                "Request-Id": request_id,
                "Stripe-Version": request.headers.get("stripe-version", API_VERSION),
                "Cache-Control": "no-store",
            }
            key = request.headers.get("idempotency-key") if request.method == "POST" else None
            if key:
                headers["Idempotency-Key"] = key
            try:
                status, body, replayed = await self._answer(request, methods, Cause(request_id, key or None))
            except ApiError as error:
                status, body, replayed = error.status, error.body(), False
            if replayed:
                headers["Idempotent-Replayed"] = "true"
            return JSONResponse(body, status, headers)

        return handle

    async def _answer(self, request: Request, methods: dict[str, end.Endpoint], cause: Cause) -> tuple[int, Obj, bool]:
        self._authenticate(request.headers.get("authorization", ""))
        version = request.headers.get("stripe-version", API_VERSION)
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}(\.[a-z]+)?", version):
            raise invalid(f"Invalid Stripe API version: {version}")
        endpoint = methods.get(request.method)
        path = request.url.path
        if endpoint is None:
            sentence = f"Unrecognized request URL ({request.method}: {path}). Please see https://stripe.com/docs"
            raise ApiError(404, f"{sentence} or we can help at https://support.stripe.com/.")
        body = await _read(request)
        fault = self.fault.take()
        key = cause.idempotency_key
        if key is None:
            return (*await self._run(request, endpoint, body, cause, fault), False)
        kept = self.keys.claim(key, path, body)
        if kept is not None:
            return (*kept, True)
        try:
            return (*await self._run(request, endpoint, body, cause, fault), False)
        finally:
            self.keys.release_unanswered(key)

    async def _run(
        self, request: Request, endpoint: end.Endpoint, body: bytes, cause: Cause, fault: Fault | None
    ) -> tuple[int, Obj]:
        trouble = fault.error() if fault else None
        if fault and not fault.after:
            await asyncio.sleep(fault.seconds)
            if trouble:
                raise trouble
        self._double.expire_overdue()
        try:
            answer = self._call(request, endpoint, body, cause)
        except ApiError as error:
            if not error.started:
                raise
            answer = (error.status, error.body())
        if cause.idempotency_key is not None:
            self.keys.keep(cause.idempotency_key, *answer)
        if fault and fault.after:
            await asyncio.sleep(fault.seconds)
            if trouble:
                raise trouble
        return answer

    def _call(self, request: Request, endpoint: end.Endpoint, body: bytes, cause: Cause) -> tuple[int, Obj]:
        params = Params(decode_form(body))
        paths = params.texts("expand")
        base_url = self._public_url or f"{request.url.scheme}://{request.url.netloc}"
        call = end.Call(request.path_params.get("id", ""), base_url, cause)
        answer = endpoint(self._double, params, call)
        params.finish()
        return 200, expand(answer, paths, self._double.state)

    def _authenticate(self, header: str) -> None:
        scheme, _, value = header.partition(" ")
        given = value.strip()
        if scheme.lower() == "basic":
            try:
                given = base64.b64decode(given, validate=True).decode().partition(":")[0]
            except (binascii.Error, UnicodeDecodeError):
                given = ""
        if not given or scheme.lower() not in {"basic", "bearer"}:
            raise ApiError(
                401,
                "You did not provide an API key. You need to provide your API key in the Authorization header, using "
                "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api"
                "#authentication for details, or we can help at https://support.stripe.com/.",
            )
        wanted = self._api_key
        if not given.startswith("sk_test_") or (wanted and not hmac.compare_digest(given.encode(), wanted.encode())):
            shown = given[:8] + "*" * max(0, len(given) - 12) + given[-4:] if len(given) > 12 else "*" * len(given)
            raise ApiError(401, f"Invalid API Key provided: {shown}")


async def _read(request: Request) -> bytes:
    """Return the form: the query of a GET, else the body; raises ApiError (400) if it is too large or no form."""
    if request.method == "GET":
        return request.url.query.encode()
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY:
            raise invalid("The request is too large.")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if body and kind != "application/x-www-form-urlencoded":
        raise invalid(f"Invalid request content-type: {kind or 'none'}. Use application/x-www-form-urlencoded.")
    return body
