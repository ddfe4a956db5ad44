"""JSON answers in one shape."""

from collections.abc import Mapping
from typing import Any

from fastapi.responses import JSONResponse


def json_answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return ``body`` as JSON that no cache keeps."""
    return JSONResponse(body, status, headers={"Cache-Control": "no-store", **(headers or {})})


def problem(status: int, code: str, sentence: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return a refusal in the shape of a GraphQL answer, so that clients need only one way to read it."""
    return json_answer({"data": None, "errors": [{"message": sentence, "extensions": {"code": code}}]}, status, headers)
