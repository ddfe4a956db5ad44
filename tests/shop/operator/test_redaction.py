"""What a log line may not contain, whoever writes it."""

from __future__ import annotations

import json
import logging
import threading
import warnings
from typing import Any

import pytest

from system_under_test.telemetry.logs import get_logger
from system_under_test.telemetry.redaction import REDACTED, redact_event, redact_text, redact_value
from tests.shop.helpers import shop_logging

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("wrote to anna.becker+x@post.example.org twice", "anna.becker"),
        (f"token {JWT} was refused", "eyJ"),
        ("Authorization: Bearer abc.def-123", "abc.def"),
        ("Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
        ("Invalid API Key: sk_live_51Habc", "51Habc"),
        ("key rk_test_abc123 and whsec_abc", "abc"),
        ("seti_1_secret_abc", "secret_abc"),
        ("GET https://storage.example.com/pdf/1?X-Amz-Signature=abc&x=1 200", "Amz"),
        ("/auth/google/callback?code=abc&state=def", "abc"),
        ("postgresql://shop:hunter2@db.example.com/shop", "hunter2"),
        ("vc_session=" + "a" * 32 + "." + "b" * 43, "aaaa"),
        ("card 4242 4242 4242 4242 declined", "4242"),
        ("card 4000-0566-5566-5556", "5566"),
        ("digest 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "9f86d0"),
    ],
)
def test_shape_betrays_it(text: str, secret: str) -> None:
    shown = redact_text(text)
    assert secret not in shown
    assert REDACTED in shown


@pytest.mark.parametrize(
    "text",
    [
        "Uvicorn running on http://127.0.0.1:8000 (Press CTRL+C to quit)",
        "Application startup complete.",
        "/editor/{calendar_id}",
        "job 7f3c1f52-0d50-4f44-8b1b-5b0b9a3cf1aa done in 1.25 s",
        "order 100001 of 2026-11-23T05:00:00.123456Z",
        "4bf92f3577b34da6a3ce929d0e0e4736",
        "middleware.py:72 send_with_headers",
        "Is it ready? Yes",
        "number 4242424242424241",
    ],
)
def test_what_operators_need_stays(text: str) -> None:
    assert redact_text(text) == text


@pytest.mark.parametrize(
    "key",
    [
        "email", "mail_to", "e_mail", "recipient", "ship_name", "name", "line1", "city", "postcode", "address", "title",
        "token", "refresh_token", "cookie", "Authorization", "password", "smtp_password", "stripe_api_key", "secret",
        "session_id", "owner", "owner_id", "query", "variables", "body", "payload", "checkout_url", "url", "card",
    ],
)  # fmt: skip
def test_name_betrays_it(key: str) -> None:
    assert redact_value(key, "plain") == REDACTED
    assert redact_value("details", {key: ["plain", "words"]}) == {key: REDACTED}
    assert redact_value(key, 7) == 7


@pytest.mark.parametrize(
    "key", ["route", "method", "status", "ms", "operation", "error", "job_id", "order_id", "sign_in_id", "mail_id",
            "actor", "queue", "attempt", "seconds", "part", "state", "reason", "count", "revision", "thread"]
)  # fmt: skip
def test_fields_of_the_log_stay(key: str) -> None:
    assert redact_value(key, "plain") == "plain"


def test_event_itself_is_looked_at() -> None:
    event: dict[str, Any] = {
        "event": "wrote to a@b.example",
        "logger": "x",
        "timestamp": "t",
        "detail": ("a@b.example", 1),
    }
    assert redact_event(None, "info", event) == {
        "event": f"wrote to {REDACTED}",
        "logger": "x",
        "timestamp": "t",
        "detail": [REDACTED, 1],
    }


def test_libraries_say_what_happened_but_not_to_whom(capsys: pytest.CaptureFixture[str]) -> None:
    with shop_logging():
        library = logging.getLogger("some.library")
        library.warning("Could not deliver %s to %r after %d tries (%.1f s, 100%%)", "Our wedding", "Frieda", 3, 1.5)
        library.warning("mapping %(who)s", {"who": "Frieda"})
        library.warning("written to frieda@example.org")
        library.error("broken", exc_info=ValueError("Frieda"))
        get_logger("test").warning("ours", step="render", recipient="Frieda")
        logging.getLogger("uvicorn.error").info("Started server process [%d] %s", 7, "shown")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0]["event"] == f"Could not deliver {REDACTED} to {REDACTED} after 3 tries (1.5 s, 100%)".replace(
        "3 tries (1.5", "3 tries (1.5"
    )
    assert lines[1]["event"] == f"mapping {REDACTED}"
    assert lines[2]["event"] == f"written to {REDACTED}"
    assert lines[3]["error"]["type"] == "ValueError"
    assert (lines[4]["step"], lines[4]["recipient"]) == ("render", REDACTED)
    assert lines[5]["event"] == "Started server process [7] shown"
    assert "Frieda" not in json.dumps(lines)


@pytest.mark.parametrize("name", ["httpx", "stripe", "botocore", "urllib3", "authlib", "httpcore.connection"])
def test_libraries_that_log_addresses_are_quiet(capsys: pytest.CaptureFixture[str], name: str) -> None:
    with shop_logging():
        logging.getLogger(name).info("HTTP Request: GET https://api.example.com/v1?email=x")
    assert capsys.readouterr().out == ""


def test_faults_that_nobody_catches_are_logged_without_their_message(capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> None:
        raise ValueError("Frieda")

    with shop_logging():
        thread = threading.Thread(target=broken, name="broken-thread")
        thread.start()
        thread.join()
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn("wedding of frieda@example.org", UserWarning, stacklevel=1)
    shown = capsys.readouterr()
    line = json.loads(shown.out.splitlines()[0])
    assert (line["event"], line["thread"], line["error"]["type"]) == ("uncaught", "broken-thread", "ValueError")
    assert "Frieda" not in shown.out + shown.err
    assert "frieda" not in shown.out + shown.err
