"""The GraphQL endpoint: JSON in, JSON out, one thread per operation."""

import json
import re
import time
from typing import Any

import anyio
import anyio.to_thread
from fastapi import APIRouter, Request, Response
from graphql import GraphQLError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from strawberry.schema.exceptions import CannotGetOperationTypeError
from strawberry.types import ExecutionResult

from system_under_test.accounts.web import api_visitor
from system_under_test.app.answers import json_answer, problem
from system_under_test.app.resources import Shop
from system_under_test.app.schema import ShopSchema, make_schema
from system_under_test.context import ShopContext
from system_under_test.errors import ErrorCode, ShopError
from system_under_test.telemetry.logs import describe_fault, get_logger

log = get_logger(__name__)

OPERATION_SECONDS = 15.0
AWAY = (OperationalError, PoolTimeoutError, TimeoutError)
_NAMED = re.compile(r"\A\s*(?:query|mutation)\s+([A-Za-z_]\w{0,60})")
UNAVAILABLE = "The shop is busy or a part of it is away. Please try again in a moment."
INTERNAL = "Something went wrong on our side. Your calendar is safe; please try again."


class BadRequestError(Exception):
    """The body is no GraphQL request; the text is for the client's developer."""


def known_operations(schema: ShopSchema) -> frozenset[str]:
    """Return the operation names that metrics tell apart: root fields, as ``addEvent`` or ``AddEvent``."""
    names: set[str] = set()
    for root in ("Query", "Mutation"):
        for name in schema._schema.type_map[root].fields:  # type: ignore[attr-defined]
            names |= {name, name[0].upper() + name[1:]}
    return frozenset(names)


def read_request(body: bytes) -> tuple[str, dict[str, Any] | None, str | None]:
    """Return query, variables and operation name of a request body; raises BadRequestError."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise BadRequestError("The body is not valid JSON.") from None
    if not isinstance(data, dict):
        raise BadRequestError("The body must be one JSON object.")
    query, variables, name = data.get("query"), data.get("variables"), data.get("operationName")
    if not isinstance(query, str) or not query.strip():
        raise BadRequestError("The field query is missing.")
    if not isinstance(variables, dict | None):
        raise BadRequestError("The field variables must be an object.")
    if not isinstance(name, str | None):
        raise BadRequestError("The field operationName must be a string.")
    return query, variables, name


def unexpected(result: ExecutionResult) -> BaseException | None:
    """Return the first fault of a result that is neither a refusal of ours nor the client's mistake."""
    for error in result.errors or []:
        cause = error.original_error
        if cause is not None and not isinstance(cause, ShopError | GraphQLError | RecursionError):
            return cause
    return None


def format_error(error: GraphQLError) -> dict[str, Any]:
    """Return a GraphQL error as JSON data, with the code and the sentence for people."""
    cause = error.original_error
    shown: dict[str, Any] = {"message": error.message, "extensions": {"code": ErrorCode.BAD_INPUT}}
    if isinstance(cause, ShopError):
        shown = {"message": cause.sentence, "extensions": {"code": cause.code}}
    elif isinstance(cause, RecursionError):
        shown["message"] = "The operation is nested too deeply."
    if error.path:
        shown["path"] = error.path
    if error.locations and not isinstance(cause, ShopError):
        shown["locations"] = [place.formatted for place in error.locations]
    return shown


def fault_answer(fault: BaseException, operation: str) -> Response:
    """Log an unexpected fault and return the clean body: 503 when a dependency is away, else 500."""
    away = isinstance(fault, AWAY)
    log.error("graphql_fault", operation=operation, error=describe_fault(fault))
    if away:
        return problem(503, ErrorCode.UNAVAILABLE, UNAVAILABLE, {"Retry-After": "2"})
    return problem(500, ErrorCode.INTERNAL, INTERNAL)


def make_router(shop: Shop) -> APIRouter:
    """Return the route ``POST /graphql``."""
    router = APIRouter()
    schema = make_schema(introspection=not shop.settings.is_production)
    known = known_operations(schema)
    # Twice the pool: some threads compute while others wait for a connection, and a burst shows
    # up in the pool's gauge instead of piling up unseen.
    limiter = anyio.CapacityLimiter(2 * shop.settings.pool_size)

    @router.post("/graphql")
    async def graphql(request: Request) -> Response:
        media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if media_type != "application/json":
            return problem(415, ErrorCode.BAD_INPUT, "Send the operation as application/json.")
        try:
            query, variables, name = read_request(await request.body())
        except BadRequestError as error:
            return problem(400, ErrorCode.BAD_INPUT, str(error))
        match = _NAMED.match(query)
        operation = name or (match.group(1) if match else "")
        label = operation if operation in known else "other"
        try:
            visitor = api_visitor(request, shop)
        except ShopError as error:
            return problem(401, error.code, error.sentence, {"WWW-Authenticate": "Bearer"})
        context = ShopContext(
            settings=shop.settings,
            database=shop.database,
            store=shop.store,
            gateway=shop.gateway,
            flags=shop.flags,
            wake_relay=shop.relay.wake,
            owner=visitor.owner,
            identity=visitor.identity,
        )

        def execute() -> ExecutionResult:
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
        if fault is not None or result.errors:
            shop.metrics.operation_errors.labels(label).inc()
        if fault is not None:
            return fault_answer(fault, label)
        body: dict[str, Any] = {"data": result.data}
        if result.errors:
            body["errors"] = [format_error(error) for error in result.errors]
        response = json_answer(body)
        visitor.attach(response, shop.settings)
        return response

    return router
