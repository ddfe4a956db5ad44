"""How a request can fail, in words that go into labels: short, few, without figures of their own."""

from __future__ import annotations

import re
import zlib
from typing import Any

from gevent.timeout import Timeout
from geventhttpclient._parser import HTTPParseError
from geventhttpclient.response import HTTPConnectionClosed
from geventhttpclient.useragent import RetriesExceeded
from locust.contrib.fasthttp import LocustBadStatusCode
from locust.exception import RescheduleTaskImmediately

WRONG_ANSWER = "wrong-answer"
TIMEOUT = "timeout"
_NOT_IN_A_CODE = re.compile(r"[^A-Za-z0-9_-]+")


class OperationFailed(RescheduleTaskImmediately):
    """The operation failed and is recorded; Locust goes on with the user's next task."""


class BadReply(Exception):
    """A reply that came, and is not what a guest needs. `kind` becomes the label of the failure."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind


def expect(holds: object, sentence: str) -> None:
    """Raises BadReply(wrong-answer) when `holds` is false: a fast wrong answer is no success."""
    if not holds:
        raise BadReply(WRONG_ANSWER, sentence)


def graphql_kind(errors: Any) -> str:
    """`graphql:<code>` of the first error of a GraphQL reply."""
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    extensions = first.get("extensions")
    code = extensions.get("code") if isinstance(extensions, dict) else None
    return f"graphql:{_NOT_IN_A_CODE.sub('-', str(code))[:40] if code else 'no-code'}"


def transport_kind(error: BaseException) -> str:
    """The kind of a request that got no usable reply: http:<status>, timeout, refused, connection, protocol."""
    if isinstance(error, RetriesExceeded) and isinstance(original := error.__dict__.get("original"), BaseException):
        return transport_kind(original)
    if isinstance(error, LocustBadStatusCode):
        return f"http:{error.__dict__.get('code', 0)}"
    if isinstance(error, Timeout | TimeoutError):
        return TIMEOUT
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    if isinstance(error, HTTPConnectionClosed | OSError):
        return "connection"
    if isinstance(error, HTTPParseError | zlib.error):
        return "protocol"
    return type(error).__name__
