"""Errors that a customer may see: a code for programs and a sentence for people."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class ErrorCode(StrEnum):
    """What went wrong, as ``extensions.code`` of a GraphQL error."""

    BAD_INPUT = "BAD_INPUT"
    NOT_FOUND = "NOT_FOUND"
    CONFLICT = "CONFLICT"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    TOO_MANY_REQUESTS = "TOO_MANY_REQUESTS"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL = "INTERNAL"


class ShopError(Exception):
    """An expected refusal; ``sentence`` is shown to the customer as it is.

    ``details`` stand beside the code in the ``extensions`` of the GraphQL error.
    """

    def __init__(self, code: ErrorCode, sentence: str, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.details = dict(details or {})


def bad_input(sentence: str) -> ShopError:
    """Return the error for a value that breaks a rule."""
    return ShopError(ErrorCode.BAD_INPUT, sentence)


def bad_fields(fields: Mapping[str, str]) -> ShopError:
    """Return the error for a form: a sentence for each wrong field, by its name in the API."""
    sentence = next(iter(fields.values())) if len(fields) == 1 else f"{len(fields)} fields need your attention."
    return ShopError(ErrorCode.BAD_INPUT, sentence, {"fields": dict(fields)})


def not_found(what: str) -> ShopError:
    """Return the error for a thing that does not exist, or belongs to somebody else."""
    return ShopError(ErrorCode.NOT_FOUND, f"We could not find that {what}.")


def conflict(sentence: str) -> ShopError:
    """Return the error for a step that the present state does not allow."""
    return ShopError(ErrorCode.CONFLICT, sentence)


def unauthenticated(sentence: str = "Please sign in first.") -> ShopError:
    """Return the error for somebody who has not signed in, or whose sign-in has ended."""
    return ShopError(ErrorCode.UNAUTHENTICATED, sentence)


def forbidden(sentence: str = "This is for people of the shop only.") -> ShopError:
    """Return the error for somebody who signed in and may not do this all the same."""
    return ShopError(ErrorCode.FORBIDDEN, sentence)


def unavailable(sentence: str) -> ShopError:
    """Return the error for something that does not work just now."""
    return ShopError(ErrorCode.UNAVAILABLE, sentence)
