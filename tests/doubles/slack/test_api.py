"""chat.postMessage of the Web API, which tells its errors with status 200."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.doubles.kit.running import Double

AUTH = {"authorization": "Bearer xoxb-test"}


def call(slack: Double, payload: object, **headers: str) -> dict[str, Any]:
    answer = slack.http.post("/api/chat.postMessage", json=payload, headers=AUTH | headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    body: dict[str, Any] = answer.json()
    return body


def test_a_message_is_posted_and_named(slack: Double) -> None:
    answer = call(slack, {"channel": "#orders", "text": "Order 5 paid 🎉", "username": "Shop"})
    assert answer["ok"] is True
    assert re.fullmatch(r"\d{10}\.\d{6}", answer["ts"])
    assert re.fullmatch(r"C[0-9A-F]{10}", answer["channel"])
    assert (answer["message"]["text"], answer["message"]["ts"]) == ("Order 5 paid 🎉", answer["ts"])
    (kept,) = slack.http.get("/messages").json()["messages"]
    assert (kept["ts"], kept["channel"], kept["via"]) == (answer["ts"], "#orders", "chat.postMessage")
    # The id that was answered is an address like the name.
    again = call(slack, {"channel": answer["channel"], "blocks": [{"type": "divider"}]})
    assert again["channel"] == answer["channel"]
    assert again["ts"] != answer["ts"]


def test_a_form_carries_lists_as_json(slack: Double) -> None:
    form = {"channel": "orders", "attachments": json.dumps([{"text": "x", "color": "good"}])}
    assert slack.http.post("/api/chat.postMessage", data=form, headers=AUTH).json()["ok"] is True
    (kept,) = slack.http.get("/messages").json()["messages"]
    assert kept["attachments"] == [{"text": "x", "color": "good"}]


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        ("", "not_authed"),
        ("Bearer", "not_authed"),
        ("Basic xoxb-test", "not_authed"),
        ("Bearer xoxb-other", "invalid_auth"),
    ],
)
def test_tokens(slack: Double, authorization: str, code: str) -> None:
    answer = call(slack, {"channel": "#orders", "text": "x"}, authorization=authorization)
    assert answer == {"ok": False, "error": code}
    assert slack.http.get("/messages").json()["count"] == 0


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"text": "x"}, "channel_not_found"),
        ({"channel": "#nowhere", "text": "x"}, "channel_not_found"),
        ({"channel": 5, "text": "x"}, "invalid_arguments"),
        ({"channel": "#orders"}, "no_text"),
        ({"channel": "#orders", "text": "x" * 40_001}, "msg_too_long"),
        ([], "invalid_json"),
    ],
)
def test_errors(slack: Double, payload: object, code: str) -> None:
    assert call(slack, payload) == {"ok": False, "error": code}


def test_a_rate_limit(slack: Double) -> None:
    slack.fault("rate_limit", seconds=3)
    answer = slack.http.post("/api/chat.postMessage", json={"channel": "#orders", "text": "x"}, headers=AUTH)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "3")
    assert answer.json() == {"ok": False, "error": "ratelimited"}
