"""Errors that a customer may see: a code for programs and a sentence for people."""

from enum import StrEnum


class ErrorCode(StrEnum):
    """What went wrong, as ``extensions.code`` of a GraphQL error."""

    BAD_INPUT = "BAD_INPUT"
    NOT_FOUND = "NOT_FOUND"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL = "INTERNAL"


class ShopError(Exception):
    """An expected refusal; ``sentence`` is shown to the customer as it is."""

    def __init__(self, code: ErrorCode, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


def bad_input(sentence: str) -> ShopError:
    """Return the error for a value that breaks a rule."""
    return ShopError(ErrorCode.BAD_INPUT, sentence)


def not_found(what: str) -> ShopError:
    """Return the error for a thing that does not exist, or belongs to somebody else."""
    return ShopError(ErrorCode.NOT_FOUND, f"We could not find that {what}.")
