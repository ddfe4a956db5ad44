"""What several tests of the shop use."""

from __future__ import annotations

import logging
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event

from system_under_test.app.resources import Shop
from system_under_test.telemetry.logs import configure_logs

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(check: Callable[[], object], seconds: float = 20.0) -> Any:
    """Return the first true answer of ``check``; fails the test after ``seconds``."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = check()
        if answer:
            return answer
        time.sleep(0.05)
    pytest.fail(f"nothing happened within {seconds} s")


def answers(url: str, status: int = 200) -> bool:
    try:
        return httpx.get(url, timeout=5).status_code == status
    except httpx.TransportError:
        return False


@contextmanager
def shop_logging() -> Iterator[None]:
    """Log as the shop's processes do, and put everything back afterwards."""
    root, hooks = logging.getLogger(), (sys.excepthook, threading.excepthook)
    handlers, level = root.handlers[:], root.level
    try:
        configure_logs()
        yield
    finally:
        logging.captureWarnings(False)
        sys.excepthook, threading.excepthook = hooks
        root.handlers[:] = handlers
        root.setLevel(level)


def token_on(client: httpx.Client, path: str = "/templates") -> str:
    """Return the form token that a page carries for this browser."""
    found = re.search(r'name="form_token" value="([^"]+)"', client.get(path).text)
    assert found is not None
    return found.group(1)


@contextmanager
def running_double(name: str, *options: str, ready: str = "/livez") -> Iterator[str]:
    """Start a double as its users do, on a free port; yields its address."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SHOP_", "DOUBLE_"))}
    process = subprocess.Popen(
        [sys.executable, "-m", f"system_under_test.doubles.{name}", "--port", str(port), *options],
        cwd=ROOT,
        env=kept,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: answers(f"http://127.0.0.1:{port}{ready}"))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def counted(shop: Shop) -> Iterator[list[str]]:
    """Note the statements that customers' requests send to the database."""
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(shop.database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(shop.database.engine, "before_cursor_execute", note)


class Guest:
    """A client that speaks GraphQL and remembers its cookie."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def run(self, query: str, **variables: Any) -> dict[str, Any]:
        response = self.client.post("/graphql", json={"query": query, "variables": variables})
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def data(self, query: str, **variables: Any) -> Any:
        answer = self.run(query, **variables)
        assert "errors" not in answer, answer
        return answer["data"]

    def code(self, query: str, **variables: Any) -> str:
        """Return the code of the one error that the operation must give."""
        (error,) = self.run(query, **variables)["errors"]
        assert error["message"].endswith("."), "a sentence for people"
        code: str = error["extensions"]["code"]
        return code

    def new_calendar(self, template: str = "village-year", **more: Any) -> str:
        data = self.data(CREATE, input={"templateSlug": template, **more})
        made: str = data["createCalendar"]["id"]
        return made

    def add(self, calendar_id: str, date: str = "2027-05-01", text: str = "Fair", emoji: str = "") -> str:
        data = self.data(ADD, calendarId=calendar_id, input={"date": date, "text": text, "emoji": emoji})
        made: str = data["addEvent"]["id"]
        return made


EVENT = "id date text emoji"
CREATE = (
    "mutation CreateCalendar($input: CreateCalendarInput!) {"
    " createCalendar(input: $input) { id title year templateSlug events { date text emoji } } }"
)
ADD = (
    "mutation AddEvent($calendarId: ID!, $input: AddEventInput!) {"
    f" addEvent(calendarId: $calendarId, input: $input) {{ {EVENT} }} }}"
)
UPDATE_EVENT = (
    f"mutation UpdateEvent($id: ID!, $input: UpdateEventInput!) {{ updateEvent(id: $id, input: $input) {{ {EVENT} }} }}"
)
DELETE_EVENT = "mutation DeleteEvent($id: ID!) { deleteEvent(id: $id) { id text } }"
RENAME = (
    "mutation UpdateCalendar($id: ID!, $input: UpdateCalendarInput!) {"
    " updateCalendar(id: $id, input: $input) { id title } }"
)
DELETE = "mutation DeleteCalendar($id: ID!) { deleteCalendar(id: $id) { id title } }"
CALENDAR = f"query Calendar($id: ID!) {{ calendar(id: $id) {{ id title year templateSlug events {{ {EVENT} }} }} }}"
CALENDARS = "query Calendars { calendars { id title year } }"
REQUEST_PDF = "mutation RequestPdf($id: ID!) { requestPdf(calendarId: $id) { id status } }"
PDF_JOB = "query PdfJob($id: ID!) { pdfJob(id: $id) { id status downloadUrl error } }"
