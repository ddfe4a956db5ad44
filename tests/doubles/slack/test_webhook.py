"""Incoming webhooks answer as Slack's do, in plain words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.doubles.kit.running import Double

GOLDEN = json.loads((Path(__file__).parent / "golden" / "alertmanager.json").read_text())
HOOK = "/services/T0TEAM/B0ALERTS/secret-a"


def kept(slack: Double) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = slack.http.get("/messages").json()["messages"]
    return messages


def test_alertmanagers_message_is_taken_whole(slack: Double) -> None:
    answer = slack.http.post(HOOK, json=GOLDEN)
    # Alertmanager compares the body with "ok", unless the answer says that it is JSON.
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert answer.headers["content-type"].startswith("text/plain")
    (message,) = kept(slack)
    assert message["payload"] == GOLDEN
    assert (message["channel"], message["username"], message["via"]) == ("#alerts", "Alertmanager", "webhook")
    assert message["attachments"] == GOLDEN["attachments"]


def test_a_webhook_has_a_channel_which_the_payload_may_change(slack: Double) -> None:
    for payload in (
        {"text": "default"},
        {"text": "named", "channel": "#orders"},
        {"text": "bare", "channel": "orders"},
    ):
        assert slack.http.post(HOOK, json=payload).text == "ok"
    assert [message["channel"] for message in kept(slack)] == ["#orders", "#orders", "#alerts"]
    for channel in ("#orders", "orders"):
        assert slack.http.get("/messages", params={"channel": channel}).json()["count"] == 2
    assert slack.http.get("/messages", params={"channel": "orders", "text": "NAMED"}).json()["count"] == 1
    answer = slack.http.post(HOOK, json={"text": "lost", "channel": "#nowhere"})
    assert (answer.status_code, answer.text) == (404, "channel_not_found")


def test_forms_carry_the_payload_too(slack: Double) -> None:
    assert slack.http.post(HOOK, data={"payload": json.dumps({"text": "Grüße 🌼"})}).text == "ok"
    assert kept(slack)[0]["text"] == "Grüße 🌼"


@pytest.mark.parametrize(
    ("path", "status", "word"),
    [
        ("/services/T0TEAM/B0ALERTS/wrong", 403, "invalid_token"),
        ("/services/T0TEAM/B0ALERTS/secret-o", 403, "invalid_token"),
        ("/services/T0TEAM/B0ALERTS/%C3%A9", 403, "invalid_token"),
        ("/services/T0TEAM/B0GONE/secret-a", 404, "no_service"),
        ("/services/T0OTHER/B0ALERTS/secret-a", 404, "no_team"),
    ],
)
def test_unknown_addresses(slack: Double, path: str, status: int, word: str) -> None:
    answer = slack.http.post(path, json={"text": "x"})
    assert (answer.status_code, answer.text) == (status, word)
    assert kept(slack) == []


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"", "invalid_payload"),
        (b"text=hello", "invalid_payload"),
        (b"{", "invalid_payload"),
        (b"[]", "invalid_payload"),
        (b"\xff", "invalid_payload"),
        (b'{"text": NaN}', "invalid_payload"),
        (b'{"text": "\\ud800"}', "invalid_payload"),
        (b"[" * 100_000, "invalid_payload"),
        (b'{"text": 5}', "invalid_payload"),
        (b"{}", "no_text"),
        (b'{"text": "", "attachments": []}', "no_text"),
        (b'{"username": "x", "channel": "#alerts"}', "no_text"),
        (b'{"attachments": "x"}', "invalid_attachments"),
        (b'{"blocks": [{"text": "x"}]}', "invalid_blocks"),
        (json.dumps({"attachments": [{"text": "x"}] * 101}).encode(), "too_many_attachments"),
        (json.dumps({"text": "x" * 40_001}).encode(), "msg_too_long"),
    ],
    ids=range(16),
)
def test_bad_payloads(slack: Double, body: bytes, word: str) -> None:
    answer = slack.http.post(HOOK, content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.text) == (400, word)
    assert kept(slack) == []


def test_too_large_is_refused_even_when_the_length_is_not_said(slack: Double) -> None:
    body = json.dumps({"text": "x", "pad": "y" * 200_000}).encode()
    assert slack.http.post(HOOK, content=body).status_code == 413
    assert slack.http.post(HOOK, content=iter([body])).status_code == 413
    assert kept(slack) == []


def test_faults(slack: Double) -> None:
    def post() -> httpx.Response:
        return slack.http.post(HOOK, json={"text": "x"})

    slack.fault("rate_limit", next=2, seconds=7)
    for _ in range(2):
        answer = post()
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    for mode, status in (("server_error", 500), ("too_large", 413), ("no_service", 404)):
        slack.fault(mode)
        assert post().status_code == status
    assert kept(slack) == []
    slack.fault("lost_answer")
    assert post().status_code == 502
    assert len(kept(slack)) == 1
    slack.fault("slow", seconds=0.05)
    assert post().text == "ok"
    slack.fault("server_error", next=50)
    slack.reset()
    assert post().text == "ok"


def test_a_slow_answer_outlasts_an_impatient_sender(slack: Double) -> None:
    slack.fault("slow", seconds=60)
    with pytest.raises(httpx.ReadTimeout):
        slack.http.post(HOOK, json={"text": "x"}, timeout=0.2)
    assert kept(slack) == []
