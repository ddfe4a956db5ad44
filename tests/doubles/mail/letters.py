"""Letters for the tests, and the look at the one that arrived."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

from tests.doubles.kit.running import Double


def letter(subject: str = "Hello", to: str = "ada@example.org", text: str = "Hi") -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, "Village Calendar <shop@village.example>", to
    message.set_content(text)
    return message


def only(double: Double) -> dict[str, Any]:
    listed = double.http.get("/messages").json()
    assert listed["count"] == 1, listed
    answer: dict[str, Any] = double.http.get(f"/messages/{listed['messages'][0]['id']}").json()
    return answer
