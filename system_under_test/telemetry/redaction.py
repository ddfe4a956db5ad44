"""What must never stand in a log: whose it is, and what opens doors. One place for the shop's own lines and for those
of libraries.

The shop's own lines name no customer in the first place. This is the net below: by the name of a field, by the shape
of a value, and for libraries by leaving out every text that was put into the message.
"""

import logging
import re
from collections.abc import Mapping
from typing import Any

from structlog.typing import EventDict, WrappedLogger

REDACTED = "[redacted]"

_KEYS = re.compile(
    r"""(?ix) e?_?mail(?!_id) | address | (?:^|_)(?:ship|line[12]|postcode|city|street|phone) | (?:^|_)name$ | title
    | recipient | customer | token | cookie | authorization | passw | secret | api_?key | credential | signature
    | session_id | owner | card | query | variables | body | payload | url$ | referer"""
)
# Fields of the log itself that look like one of the above.
_OWN_KEYS = frozenset({"event", "logger", "level", "timestamp", "request_id", "trace_id", "span_id"})

_JWT = r"\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*"
_EMAIL = r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+"
_BEARER = r"(?i:\b(?:bearer|basic)\s+)[\w.~+/=-]{6,}"
_STRIPE = r"\b(?:[sprk]k_(?:live|test)|whsec)_\w+|\b(?:cs|pi|seti)_\w*secret\w*"
_COOKIE = r"\b[\w-]{32}\.[\w-]{43}\b"
_QUERY = r"(?<=[\w/:.-])\?[^\s\"'<>]*[=&%][^\s\"'<>]*"
_USERINFO = r"(?<=://)[^/\s@]+@"
_OPAQUE = r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9_-]{40,}(?![\w-])"
_PATTERNS = re.compile("|".join((_JWT, _USERINFO, _EMAIL, _BEARER, _STRIPE, _COOKIE, _QUERY, _OPAQUE)))
_DIGITS = re.compile(r"\b\d(?:[ -]?\d){12,18}\b")

_PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[#0 +-]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[hlL]?([diouxXeEfFgGcrsa%])")
# These put only the server's own facts into their messages.
_PLAIN_LOGGERS = ("uvicorn", "alembic", "system_under_test")


def redact_event(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Structlog processor: leave out what a field's name or a value's shape betrays."""
    for key, value in event.items():
        if key in _OWN_KEYS:
            if key == "event" and isinstance(value, str):
                event[key] = redact_text(value)
        elif key not in {"_record", "_from_structlog"}:
            event[key] = redact_value(key, value)
    return event


def redact_value(key: str, value: Any) -> Any:
    """Return ``value`` as it may be logged under ``key``."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if _KEYS.search(key):
        return REDACTED
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, Mapping):
        return {str(inner): redact_value(str(inner), item) for inner, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redact_value(key, item) for item in value]
    return redact_text(str(value))


def redact_text(text: str) -> str:
    """Return ``text`` without addresses, tokens, keys, query strings and numbers of cards."""
    return _DIGITS.sub(_without_card, _PATTERNS.sub(REDACTED, text))


def _without_card(match: re.Match[str]) -> str:
    return REDACTED if _is_card(match.group()) else match.group()


def _is_card(text: str) -> bool:
    digits = [int(digit) for digit in text if digit.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


class WithoutTexts(logging.Filter):
    """For records of libraries: numbers may stand in the message, texts that were put into it are left out.

    Nobody can say by its shape that a text is the title of somebody's calendar.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the message; never drops a record."""
        is_ours = isinstance(record.msg, dict) or record.name.startswith(_PLAIN_LOGGERS)
        if not is_ours and record.args:
            record.msg = _template(str(record.msg), record.args)
            record.args = ()
        return True


def _template(message: str, args: Any) -> str:
    values = iter(args) if isinstance(args, tuple) else None

    def shown(match: re.Match[str]) -> str:
        if match.group(1) == "%":
            return "%"
        value = next(values, None) if values is not None else None
        return str(value) if isinstance(value, int | float) else REDACTED

    return _PLACEHOLDER.sub(shown, message)
