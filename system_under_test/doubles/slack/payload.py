"""The payload of a message, checked the way Slack checks it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs

MAX_ATTACHMENTS = 100
MAX_BLOCKS = 50
MAX_TEXT = 40_000


class PayloadError(Exception):
    """A payload that Slack refuses; ``code`` is its word for it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Payload:
    """A message as it was posted. ``raw`` keeps every field, the others are those that the double looks at."""

    raw: dict[str, Any]
    size_bytes: int
    channel: str
    username: str
    text: str
    attachments: list[dict[str, Any]]
    blocks: list[dict[str, Any]]

    @cached_property
    def words(self) -> str:
        """Return every string of the message that a person would read, for searching."""
        shown = [self.raw.get(key) for key in ("text", "attachments", "blocks")]
        return "\n".join(_strings(shown))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, dict):
        yield from _strings(list(value.values()))


def decode(body: bytes, content_type: str) -> dict[str, Any]:
    """Return the JSON object of a body, which a form may carry as ``payload``; PayloadError ``invalid_payload``."""
    try:
        if content_type.startswith("application/x-www-form-urlencoded"):
            body = parse_qs(body.decode())["payload"][0].encode()
        value = json.loads(body, parse_constant=_no_constant)
        # Half a surrogate pair is valid JSON and no text.
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, KeyError, RecursionError):
        raise PayloadError("invalid_payload") from None
    if not isinstance(value, dict):
        raise PayloadError("invalid_payload")
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _words(raw: dict[str, Any], key: str) -> str:
    value = raw.get(key) or ""
    if not isinstance(value, str):
        raise PayloadError("invalid_payload")
    return value


def _objects(raw: dict[str, Any], key: str) -> list[dict[str, Any]]:
    items = raw.get(key) or []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise PayloadError(f"invalid_{key}")
    return items


def check(raw: dict[str, Any], size_bytes: int) -> Payload:
    """Return the payload, or raise PayloadError with the code that Slack answers."""
    payload = Payload(
        raw,
        size_bytes,
        channel=_words(raw, "channel"),
        username=_words(raw, "username"),
        text=_words(raw, "text"),
        attachments=_objects(raw, "attachments"),
        blocks=_objects(raw, "blocks"),
    )
    if len(payload.attachments) > MAX_ATTACHMENTS:
        raise PayloadError("too_many_attachments")
    if len(payload.blocks) > MAX_BLOCKS or not all(isinstance(block.get("type"), str) for block in payload.blocks):
        raise PayloadError("invalid_blocks")
    if len(payload.text) > MAX_TEXT:
        raise PayloadError("msg_too_long")
    if not (payload.text or payload.attachments or payload.blocks):
        raise PayloadError("no_text")
    return payload
