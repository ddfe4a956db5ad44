"""GraphQL over HTTP: what a body asks for, and how errors are shown."""

import json
import re
from typing import Any

from graphql import GraphQLError
from strawberry.types import ExecutionResult

from system_under_test.app.limits import MAX_QUERY_CHARACTERS, without_suggestion
from system_under_test.errors import ErrorCode, ShopError

_KEY = re.compile(r"[\x21-\x7e]{1,255}")


class BadRequestError(Exception):
    """The body is no GraphQL request; the text and the code are for the client's developer."""

    def __init__(self, message: str, code: str = ErrorCode.BAD_INPUT) -> None:
        super().__init__(message)
        self.code = code


def read_request(body: bytes) -> tuple[str, dict[str, Any] | None, str | None]:
    """Return query, variables and operation name of a request body; raises BadRequestError."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise BadRequestError("The body is not valid JSON.") from None
    if not isinstance(data, dict):
        raise BadRequestError("The body must be one JSON object.")
    query, variables, name = data.get("query"), data.get("variables"), data.get("operationName")
    if query is None and _asks_for_persisted(data.get("extensions")):
        # What clients of that protocol wait for: they send the whole text from now on.
        raise BadRequestError("PersistedQueryNotSupported", "PERSISTED_QUERY_NOT_SUPPORTED")
    if not isinstance(query, str) or not query.strip():
        raise BadRequestError("The field query is missing.")
    if len(query) > MAX_QUERY_CHARACTERS:
        raise BadRequestError(f"The operation is longer than {MAX_QUERY_CHARACTERS} characters.")
    if not isinstance(variables, dict | None):
        raise BadRequestError("The field variables must be an object.")
    if not isinstance(name, str | None):
        raise BadRequestError("The field operationName must be a string.")
    return query, variables, name


def idempotency_key(header: str | None) -> str | None:
    """Return the header ``Idempotency-Key`` when it is short and plain; raises BadRequestError otherwise."""
    if header is not None and not _KEY.fullmatch(header):
        raise BadRequestError("Idempotency-Key must be 1 to 255 plain characters without blanks.")
    return header


def unexpected(result: ExecutionResult) -> BaseException | None:
    """Return the first fault of a result that is neither a refusal of ours nor the client's mistake."""
    for error in result.errors or []:
        cause = error.original_error
        if cause is not None and not isinstance(cause, ShopError | GraphQLError | RecursionError):
            return cause
    return None


def format_error(error: GraphQLError, *, suggest: bool) -> dict[str, Any]:
    """Return a GraphQL error as JSON data, with the code and the sentence for people.

    Without ``suggest`` the names that the library thinks were meant are left out.
    """
    cause = error.original_error
    message = error.message if suggest else without_suggestion(error.message)
    shown: dict[str, Any] = {"message": message, "extensions": {"code": ErrorCode.BAD_INPUT}}
    if isinstance(cause, ShopError):
        shown = {"message": cause.sentence, "extensions": {**cause.details, "code": cause.code}}
    elif isinstance(cause, RecursionError):
        shown["message"] = "The operation is nested too deeply."
    if error.path:
        shown["path"] = error.path
    if error.locations and not isinstance(cause, ShopError):
        shown["locations"] = [place.formatted for place in error.locations]
    return shown


def codes_of(result: ExecutionResult) -> set[str]:
    """Return the codes of the errors of a result that is not a fault."""
    causes = [error.original_error for error in result.errors or []]
    return {str(cause.code) if isinstance(cause, ShopError) else str(ErrorCode.BAD_INPUT) for cause in causes}


def _asks_for_persisted(extensions: Any) -> bool:
    return isinstance(extensions, dict) and "persistedQuery" in extensions
