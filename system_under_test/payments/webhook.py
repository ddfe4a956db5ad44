"""``POST /webhooks/stripe``: the provider's events are verified and kept; the worker acts upon them."""

import json
from typing import Any

import anyio.to_thread
import stripe
from fastapi import APIRouter, Request, Response
from prometheus_client import Counter
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from system_under_test.app.answers import json_answer, problem
from system_under_test.app.resources import Shop
from system_under_test.errors import ErrorCode
from system_under_test.payments.facts import part_of, text_of
from system_under_test.payments.inbox import keep_event
from system_under_test.telemetry.logs import describe_fault, get_logger

log = get_logger(__name__)

TOLERANCE_SECONDS = 300


class BadEventError(Exception):
    """The body is no event, or not signed by the provider; the text says why without quoting it."""


def read_event(body: bytes, signature: str | None, secrets: str) -> dict[str, Any]:
    """Return the event of a request; raises BadEventError.

    ``secrets`` is the shared secret, and after a comma the one before it, as long as both are in use.
    """
    if signature is not None and not signature.isascii():
        raise BadEventError("signature")  # the library's comparison takes ASCII only
    for secret in secrets.split(","):
        try:
            # Verified with the library; the plain body is read below, without the library's classes.
            stripe.WebhookSignature.verify_header(body, signature, secret.strip(), TOLERANCE_SECONDS)
            break
        except (stripe.SignatureVerificationError, UnicodeDecodeError):
            continue
    else:
        raise BadEventError("signature")
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        raise BadEventError("json") from None
    created = event.get("created") if isinstance(event, dict) else None
    if (
        not isinstance(created, int)
        or not 0 < created < 2**32
        or not text_of(event, "id")
        or not text_of(event, "type")
    ):
        raise BadEventError("content")
    return dict(event)


def make_router(shop: Shop) -> APIRouter:
    """Return the route."""
    router = APIRouter()
    received = Counter(
        "shop_webhook_requests", "Events posted by the payment provider", ["outcome"], registry=shop.metrics.registry
    )
    secrets = shop.settings.stripe_webhook_secret.get_secret_value()

    def keep(event: dict[str, Any]) -> bool:
        with shop.database.write() as session:
            return keep_event(
                session, event["id"], event["type"], event["created"], part_of(part_of(event, "data"), "object")
            )

    @router.post("/webhooks/stripe")
    async def webhook(request: Request) -> Response:
        try:
            event = read_event(await request.body(), request.headers.get("stripe-signature"), secrets)
        except BadEventError as refusal:
            received.labels("refused").inc()
            log.warning("webhook_refused", reason=str(refusal))
            return problem(400, ErrorCode.BAD_INPUT, "This is no event of the payment provider.")
        try:
            is_new = await anyio.to_thread.run_sync(keep, event)
        except (OperationalError, PoolTimeoutError) as fault:
            received.labels("unavailable").inc()
            log.error("webhook_not_kept", error=describe_fault(fault))
            return problem(503, ErrorCode.UNAVAILABLE, "Please deliver this event again.", {"Retry-After": "5"})
        received.labels("kept" if is_new else "duplicate").inc()
        if is_new:
            shop.relay.wake()
        return json_answer({"received": True})

    return router
