"""The GraphQL endpoint: JSON in, JSON out, one thread per operation."""

import re
import time
from typing import Any

import anyio
import anyio.to_thread
from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from strawberry.schema.exceptions import CannotGetOperationTypeError
from strawberry.types import ExecutionResult

from system_under_test.accounts.web import Visitor, api_visitor_async
from system_under_test.app.answers import json_answer, problem
from system_under_test.app.graphql_wire import (
    BadRequestError,
    codes_of,
    format_error,
    idempotency_key,
    read_request,
    unexpected,
)
from system_under_test.app.resources import Shop
from system_under_test.app.schema import ShopSchema, make_schema
from system_under_test.context import ShopContext
from system_under_test.errors import ErrorCode, ShopError
from system_under_test.telemetry.logs import describe_fault, get_logger
from system_under_test.telemetry.tracing import span
from system_under_test.throttling.budgets import GRAPHQL, ORDERS
from system_under_test.throttling.limiter import Charge, Excess
from system_under_test.throttling.middleware import too_many

log = get_logger(__name__)

OPERATION_SECONDS = 15.0
AWAY = (OperationalError, PoolTimeoutError, TimeoutError)
# Names cannot be written in another way in GraphQL, so every field that makes a page at the payment provider is
# found, under whatever alias; too much is counted only where the text stands in a value.
_PLACES = re.compile(r"\b(?:placeOrder|payOrder)\b")
_NAMED = re.compile(r"\A\s*(?:query|mutation)\s+([A-Za-z_]\w{0,60})")
UNAVAILABLE = "The shop is busy or a part of it is away. Please try again in a moment."
INTERNAL = "Something went wrong on our side. Your calendar is safe; please try again."


def known_operations(schema: ShopSchema) -> frozenset[str]:
    """Return the operation names that metrics tell apart: root fields, as ``addEvent`` or ``AddEvent``."""
    names: set[str] = set()
    for root in ("Query", "Mutation"):
        for name in schema._schema.type_map[root].fields:  # type: ignore[attr-defined]
            names |= {name, name[0].upper() + name[1:]}
    return frozenset(names)


def fault_code(fault: BaseException) -> ErrorCode:
    """Return the code of an unexpected fault: UNAVAILABLE when a dependency is away."""
    return ErrorCode.UNAVAILABLE if isinstance(fault, AWAY) else ErrorCode.INTERNAL


def fault_answer(fault: BaseException, operation: str) -> Response:
    """Log an unexpected fault and return the clean body: 503 when a dependency is away, else 500."""
    log.error("graphql_fault", operation=operation, error=describe_fault(fault))
    if isinstance(fault, AWAY):
        return problem(503, ErrorCode.UNAVAILABLE, UNAVAILABLE, {"Retry-After": "2"})
    return problem(500, ErrorCode.INTERNAL, INTERNAL)


def make_router(shop: Shop) -> APIRouter:
    """Return the route ``POST /graphql``."""
    router = APIRouter()
    schema = make_schema(introspection=not shop.settings.is_production)
    known = known_operations(schema)
    suggest = not shop.settings.is_production
    # Twice the pool: some threads compute while others wait for a connection, and a burst shows
    # up in the pool's gauge instead of piling up unseen.
    limiter = anyio.CapacityLimiter(2 * shop.settings.pool_size)

    async def excess_of(request: Request, query: str, visitor: Visitor) -> Excess | None:
        # The address has paid for the request before it came here.
        clients = [str(visitor.identity.account_id)] if visitor.identity else []
        charges = [Charge(GRAPHQL, client) for client in clients]
        if placing := _PLACES.findall(query):
            clients.append(shop.throttle.client(request))
            charges += [Charge(ORDERS, client, min(len(placing), ORDERS.amount + 1)) for client in clients]
        return await shop.throttle.charge(charges) if charges else None

    @router.post("/graphql")
    async def graphql(request: Request) -> Response:
        media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if media_type != "application/json":
            return problem(415, ErrorCode.BAD_INPUT, "Send the operation as application/json.")
        try:
            key = idempotency_key(request.headers.get("idempotency-key"))
            query, variables, name = read_request(await request.body())
        except BadRequestError as error:
            return problem(400, error.code, str(error))
        match = _NAMED.match(query)
        operation = name or (match.group(1) if match else "")
        label = operation if operation in known else "other"
        try:
            visitor = await api_visitor_async(request, shop)
        except ShopError as error:
            return problem(401, error.code, error.sentence, {"WWW-Authenticate": "Bearer"})
        except AWAY as error:
            return fault_answer(error, label)
        excess = await excess_of(request, query, visitor)
        if excess is not None:
            return too_many(excess)
        context = ShopContext(
            settings=shop.settings,
            database=shop.database,
            store=shop.store,
            gateway=shop.gateway,
            flags=shop.flags,
            wake_relay=shop.relay.wake,
            owner=visitor.owner,
            identity=visitor.identity,
            idempotency_key=key,
        )

        def execute() -> ExecutionResult:
            with span(f"graphql {label}"):
                return schema.execute_sync(query, variable_values=variables, context_value=context, operation_name=name)

        started = time.perf_counter()
        try:
            with anyio.fail_after(OPERATION_SECONDS):
                result = await anyio.to_thread.run_sync(execute, limiter=limiter, abandon_on_cancel=True)
            fault = unexpected(result)
        except CannotGetOperationTypeError as error:
            return problem(400, ErrorCode.BAD_INPUT, error.as_http_error_reason())
        except AWAY as error:
            result, fault = ExecutionResult(data=None, errors=[]), error
        finally:
            shop.metrics.operation_seconds.labels(label).observe(time.perf_counter() - started)
        for code in [fault_code(fault)] if fault is not None else codes_of(result):
            shop.metrics.operation_errors.labels(label, code).inc()
        if fault is not None:
            return fault_answer(fault, label)
        body: dict[str, Any] = {"data": result.data}
        if result.errors:
            body["errors"] = [format_error(error, suggest=suggest) for error in result.errors]
        response = json_answer(body)
        visitor.attach(response, shop.settings)
        return response

    return router
