"""Events for the tests."""

from __future__ import annotations

from typing import Any

import httpx

from tests.doubles.kit.running import Double

KEY = "0123456789abcdef0123456789abcdef"
OTHER_KEY = "fedcba9876543210fedcba9876543210"


def event(action: str = "trigger", dedup_key: str | None = "disk", key: str = KEY, **payload: Any) -> dict[str, Any]:
    """Return a valid event; ``payload`` replaces fields of its payload, None leaves one out."""
    described = {"summary": "Disk full", "source": "db-1", "severity": "error"} | payload
    body: dict[str, Any] = {"routing_key": key, "event_action": action}
    if dedup_key is not None:
        body["dedup_key"] = dedup_key
    if action == "trigger":
        body["payload"] = {name: value for name, value in described.items() if value is not None}
    return body


def send(pagerduty: Double, body: object) -> httpx.Response:
    return pagerduty.http.post("/v2/enqueue", json=body)


def incidents(pagerduty: Double, **params: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pagerduty.http.get("/incidents", params=params).json()["incidents"]
    return found
