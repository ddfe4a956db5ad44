"""An event of the Events API v2, checked the way PagerDuty checks it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

KEY_LENGTH = 32
MAX_DEDUP_KEY = 255
MAX_SUMMARY = 1024
ACTIONS = ("trigger", "acknowledge", "resolve")
SEVERITIES = ("critical", "error", "warning", "info")
OPTIONAL_TEXTS = ("component", "group", "class")


class EventError(Exception):
    """An event that PagerDuty refuses; ``errors`` are sentences."""

    def __init__(self, *errors: str) -> None:
        super().__init__("; ".join(errors))
        self.errors = list(errors)


@dataclass(frozen=True)
class Event:
    """A valid event. ``dedup_key`` is "" when a trigger left it to PagerDuty to find one."""

    routing_key: str
    action: str
    dedup_key: str
    payload: dict[str, Any]
    raw: dict[str, Any]
    size_bytes: int

    @property
    def summary(self) -> str:
        """Return the sentence for people; "" where an acknowledge or resolve brought none."""
        return str(self.payload.get("summary", ""))

    @property
    def severity(self) -> str:
        """Return the severity; "" where an acknowledge or resolve brought none."""
        return str(self.payload.get("severity", ""))


def parse(body: bytes) -> Event:
    """Return the event in ``body``, or raise EventError with everything that is wrong with it."""
    try:
        raw = json.loads(body, parse_constant=_no_constant)
        # Half a surrogate pair is valid JSON and no text.
        json.dumps(raw, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise EventError("JSON is invalid") from None
    if not isinstance(raw, dict):
        raise EventError("Event must be a JSON object")
    errors = [*_routing_key(raw.get("routing_key")), *_action(raw), *_dedup_key(raw), *_lists(raw)]
    payload = raw.get("payload")
    # Only a trigger is described; what Alertmanager sends along with a resolve is not looked at.
    if raw.get("event_action") == "trigger":
        errors += _payload(payload)
    if errors:
        raise EventError(*errors)
    described = payload if isinstance(payload, dict) else {}
    return Event(raw["routing_key"], raw["event_action"], raw.get("dedup_key") or "", described, raw, len(body))


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _routing_key(key: Any) -> list[str]:
    if not isinstance(key, str) or not key:
        return ["'routing_key' is missing or blank"]
    errors = []
    if len(key) != KEY_LENGTH:
        errors.append(f"Length of 'routing_key' is incorrect (should be {KEY_LENGTH} characters)")
    if not (key.isascii() and key.isalnum()):
        errors.append("'routing_key' cannot contain non-alphanumeric characters.")
    return errors


def _action(raw: dict[str, Any]) -> list[str]:
    action = raw.get("event_action")
    if not action:
        return ["'event_action' is missing or blank"]
    return [] if action in ACTIONS else [f"'event_action' is invalid (should be one of {', '.join(ACTIONS)})"]


def _dedup_key(raw: dict[str, Any]) -> list[str]:
    key = raw.get("dedup_key")
    if key is None or key == "":
        needed = raw.get("event_action") in ("acknowledge", "resolve")
        return ["'dedup_key' is missing or blank"] if needed else []
    if not isinstance(key, str):
        return ["'dedup_key' must be a string"]
    return [f"'dedup_key' is too long (maximum is {MAX_DEDUP_KEY} characters)"] if len(key) > MAX_DEDUP_KEY else []


def _lists(raw: dict[str, Any]) -> list[str]:
    errors = []
    for name, needed in (("images", "src"), ("links", "href")):
        items = raw.get(name) or []
        if not isinstance(items, list) or not all(isinstance(item, dict) and item.get(needed) for item in items):
            errors.append(f"'{name}' must be a list of objects with '{needed}'")
    return errors


def _payload(payload: Any) -> list[str]:
    if not isinstance(payload, dict):
        return ["'payload' is missing or blank"]
    errors = []
    for name in ("summary", "source"):
        if not isinstance(payload.get(name), str) or not payload[name].strip():
            errors.append(f"'payload.{name}' is missing or blank")
    if len(str(payload.get("summary") or "")) > MAX_SUMMARY:
        errors.append(f"'payload.summary' is too long (maximum is {MAX_SUMMARY} characters)")
    if payload.get("severity") not in SEVERITIES:
        errors.append(f"'payload.severity' is invalid (must be one of the following: {', '.join(SEVERITIES)})")
    errors += [f"'payload.{name}' must be a string" for name in OPTIONAL_TEXTS if not _is_text(payload.get(name))]
    if not _is_time(payload.get("timestamp")):
        errors.append("'payload.timestamp' must be a valid ISO 8601 date-time")
    return errors


def _is_text(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _is_time(value: Any) -> bool:
    if value is None or value == "":
        return True
    if not isinstance(value, str):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True
