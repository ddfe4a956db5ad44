"""The Events API v2 as documented: what is accepted, what is refused and in which words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.doubles.kit.running import Double
from tests.doubles.pagerduty.events import KEY, event, incidents, send

GOLDEN = Path(__file__).parent / "golden"


def test_alertmanager_opens_and_closes_an_incident(pagerduty: Double) -> None:
    trigger, resolve = (json.loads((GOLDEN / f"{name}.json").read_text()) for name in ("trigger", "resolve"))
    answer = send(pagerduty, trigger)
    assert answer.status_code == 202
    assert answer.json() == {"status": "success", "message": "Event processed", "dedup_key": trigger["dedup_key"]}
    (incident,) = incidents(pagerduty)
    assert (incident["status"], incident["severity"], incident["service"]) == ("triggered", "critical", "shop")
    assert incident["summary"] == "[FIRING:1] Umsatz fällt village-calendar (critical)"
    assert send(pagerduty, resolve).status_code == 202
    (incident,) = incidents(pagerduty)
    assert (incident["status"], incident["triggers"]) == ("resolved", 1)
    log = pagerduty.http.get("/events").json()["events"]
    assert [entry["action"] for entry in log] == ["resolve", "trigger"]
    assert log[1]["raw"] == {name: value for name, value in trigger.items() if name != "routing_key"}
    # The view is open to all; the key must not be in it.
    assert KEY not in pagerduty.http.get("/events").text + pagerduty.http.get("/incidents").text


def test_a_trigger_without_key_is_given_one(pagerduty: Double) -> None:
    keys = {send(pagerduty, event(dedup_key=given)).json()["dedup_key"] for given in (None, "", None)}
    assert len(keys) == 3
    assert {incident["dedup_key"] for incident in incidents(pagerduty)} == keys
    for key in keys:
        assert send(pagerduty, event("resolve", key)).status_code == 202
    assert {incident["status"] for incident in incidents(pagerduty)} == {"resolved"}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({**event(), "routing_key": "short"}, "Length of 'routing_key' is incorrect (should be 32 characters)"),
        ({**event(), "routing_key": "-" * 32}, "'routing_key' cannot contain non-alphanumeric characters."),
        ({**event(), "routing_key": "a" * 32}, "Invalid routing key"),
        ({**event(), "routing_key": None}, "'routing_key' is missing or blank"),
        ({**event(), "event_action": "shout"}, "'event_action' is invalid"),
        ({**event(), "event_action": None}, "'event_action' is missing or blank"),
        ({**event(), "dedup_key": "x" * 256}, "'dedup_key' is too long (maximum is 255 characters)"),
        ({**event(), "dedup_key": 5}, "'dedup_key' must be a string"),
        ({**event(), "payload": None}, "'payload' is missing or blank"),
        ({**event(), "payload": "x"}, "'payload' is missing or blank"),
        ({**event(), "links": [{"text": "x"}]}, "'links' must be a list of objects with 'href'"),
        ({**event(), "images": {"src": "x"}}, "'images' must be a list of objects with 'src'"),
        (event("resolve", None), "'dedup_key' is missing or blank"),
        (event("acknowledge", ""), "'dedup_key' is missing or blank"),
        (event(summary=None), "'payload.summary' is missing or blank"),
        (event(summary="x" * 1025), "'payload.summary' is too long (maximum is 1024 characters)"),
        (event(source=" "), "'payload.source' is missing or blank"),
        (event(severity="fatal"), "'payload.severity' is invalid"),
        (event(severity=["error"]), "'payload.severity' is invalid"),
        (event(timestamp="noon"), "'payload.timestamp' must be a valid ISO 8601 date-time"),
        (event(component=5), "'payload.component' must be a string"),
        ([], "Event must be a JSON object"),
    ],
    ids=range(22),
)
def test_invalid_events(pagerduty: Double, body: object, error: str) -> None:
    answer = send(pagerduty, body)
    assert answer.status_code == 400
    said = answer.json()
    assert (said["status"], said["message"]) == ("invalid event", "Event object is invalid")
    assert len(said["errors"]) == 1
    assert said["errors"][0].startswith(error)
    assert incidents(pagerduty) == []
    assert pagerduty.http.get("/events").json()["count"] == 0


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"x": NaN}', b'{"x": "\\udc00"}', b"[" * 90_000], ids=range(6))
def test_no_json(pagerduty: Double, body: bytes) -> None:
    answer = pagerduty.http.post("/v2/enqueue", content=body)
    assert (answer.status_code, answer.json()["errors"]) == (400, ["JSON is invalid"])


def test_all_errors_are_told_at_once(pagerduty: Double) -> None:
    said = send(pagerduty, {"event_action": "trigger", "payload": {}}).json()
    assert len(said["errors"]) == 4


@pytest.mark.parametrize(
    "payload",
    [
        {"summary": "x" * 1024},
        {"severity": "info", "timestamp": "2026-11-23T02:40:00.123+0000"},
        {"timestamp": "2026-11-23T02:40:00Z", "custom_details": {"deep": [1, {"x": None}]}},
        {"summary": "🔥 größer", "class": "x", "group": "", "component": "y", "timestamp": ""},
    ],
    ids=range(4),
)
def test_valid_events(pagerduty: Double, payload: dict[str, Any]) -> None:
    assert send(pagerduty, event(**payload)).status_code == 202


def test_too_large(pagerduty: Double) -> None:
    fitting = event(custom_details={"pad": "x" * 511_000})
    assert send(pagerduty, fitting).status_code == 202
    answer = send(pagerduty, event(custom_details={"pad": "x" * 525_000}))
    assert (answer.status_code, answer.json()["status"]) == (413, "invalid event")


def test_faults(pagerduty: Double) -> None:
    pagerduty.fault("rate_limit", next=2, seconds=4)
    for _ in range(2):
        answer = send(pagerduty, event())
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "4")
        assert answer.json()["status"] == "throttle exceeded"
    pagerduty.fault("server_error")
    assert send(pagerduty, event()).status_code == 500
    assert incidents(pagerduty) == []
    # The sender sends again what was taken already: deduplication makes one incident of the two.
    pagerduty.fault("lost_answer")
    assert send(pagerduty, event()).status_code == 502
    assert send(pagerduty, event()).status_code == 202
    (incident,) = incidents(pagerduty)
    assert incident["triggers"] == 2
    pagerduty.fault("slow", seconds=60)
    with pytest.raises(httpx.ReadTimeout):
        pagerduty.http.post("/v2/enqueue", json=event(), timeout=0.2)
    pagerduty.fault("slow", seconds=0.05)
    assert send(pagerduty, event("resolve")).status_code == 202
