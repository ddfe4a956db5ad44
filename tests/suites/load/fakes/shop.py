"""A small shop in memory that speaks the contract of Village Calendar, with faults that can be switched on."""

from __future__ import annotations

import itertools
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.suites.load.fakes.faults import Fault, Faults

_SEEDED = {"id": "seeded", "date": "2027-01-01", "text": "New year", "emoji": ""}  # what a template brings
TEMPLATES = [{"slug": "alps", "name": "Alps", "description": "Hills", "year": 2027, "accent": "#334455"}]


class ShopState:
    """Calendars by session, and how the server misbehaves."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.calendars: dict[str, dict[str, Any]] = {}
        self.owner: dict[str, str] = {}
        self.faults = Faults()
        self._ids = itertools.count(1)

    def new_id(self) -> str:
        """A fresh id."""
        return f"id-{next(self._ids)}"

    def answer(self, session: str, document: str, variables: dict[str, Any]) -> dict[str, Any]:
        """The `data` of a GraphQL reply; KeyError for what does not exist."""
        name = document.split("(")[0].split("{")[0].split()[1]
        with self.lock:
            return _RESOLVERS[name](self, session, variables)


def _create(shop: ShopState, session: str, v: dict[str, Any]) -> dict[str, Any]:
    key = shop.new_id()
    shop.calendars[key] = {"id": key, "title": v["input"]["title"], "year": v["input"]["year"], "events": [_SEEDED]}
    shop.owner[key] = session
    return {"createCalendar": shop.calendars[key]}


def _add(shop: ShopState, session: str, v: dict[str, Any]) -> dict[str, Any]:
    event = {"id": shop.new_id(), **v["input"]}
    _own(shop, session, v["calendarId"])["events"].append(event)
    return {"addEvent": event}


def _own(shop: ShopState, session: str, key: str) -> dict[str, Any]:
    if shop.owner[key] != session:
        raise KeyError(key)
    return shop.calendars[key]


def _event(shop: ShopState, key: str) -> tuple[dict[str, Any], dict[str, Any]]:
    for calendar in shop.calendars.values():
        for event in calendar["events"]:
            if event["id"] == key:
                return calendar, event
    raise KeyError(key)


def _update(shop: ShopState, _session: str, v: dict[str, Any]) -> dict[str, Any]:
    _, event = _event(shop, v["id"])
    event.update(v["input"])
    return {"updateEvent": event}


def _delete_event(shop: ShopState, _session: str, v: dict[str, Any]) -> dict[str, Any]:
    calendar, event = _event(shop, v["id"])
    calendar["events"].remove(event)
    return {"deleteEvent": event}


def _delete(shop: ShopState, session: str, v: dict[str, Any]) -> dict[str, Any]:
    gone = _own(shop, session, v["id"])
    del shop.calendars[v["id"]]
    return {"deleteCalendar": gone}


_RESOLVERS: dict[str, Callable[[ShopState, str, dict[str, Any]], dict[str, Any]]] = {
    "Templates": lambda _shop, _session, _v: {"templates": TEMPLATES},
    "CreateCalendar": _create,
    "AddEvent": _add,
    "Calendar": lambda shop, session, v: {"calendar": _own(shop, session, v["id"])},
    "Calendars": lambda shop, session, _v: {
        "calendars": [c for c in shop.calendars.values() if shop.owner[c["id"]] == session]
    },
    "UpdateEvent": _update,
    "DeleteEvent": _delete_event,
    "DeleteCalendar": _delete,
}


class _Handler(BaseHTTPRequestHandler):
    """`GET /` gives a session, `POST /graphql` answers."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # one packet per reply
    server: FakeShop

    def do_GET(self) -> None:
        """The home page."""
        fault = self.server.state.faults.next("Home")
        if not self._prelude(fault):
            return
        cookie = "" if "vc_session=" in self.headers.get("Cookie", "") else f"vc_session={secrets.token_hex(8)}; Path=/"
        self._reply(200, b"<html></html>", "text/html", cookie)

    def do_POST(self) -> None:
        """One GraphQL request."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        fault = self.server.state.faults.next(body["query"].split("(")[0].split("{")[0].split()[1])
        if not self._prelude(fault):
            return
        if fault.graphql_code:
            self._json({"data": None, "errors": [{"message": "no", "extensions": {"code": fault.graphql_code}}]})
            return
        session = self.headers.get("Cookie", "").partition("vc_session=")[2]
        try:
            data = self.server.state.answer(session, body["query"], body["variables"])
        except KeyError:
            self._json({"data": None, "errors": [{"message": "gone", "extensions": {"code": "NOT_FOUND"}}]})
            return
        self._json({"data": fault.spoil(json.loads(json.dumps(data)))})

    def _prelude(self, fault: Fault) -> bool:
        """Delays; false when the request is already dealt with."""
        time.sleep(self.server.state.faults.frozen_for(time.monotonic()) + fault.delay)
        if fault.drop:
            self.close_connection = True
            return False
        if fault.status != 200:
            self._reply(fault.status, b"broken", "text/plain")
            return False
        return True

    def _json(self, body: dict[str, Any]) -> None:
        self._reply(200, json.dumps(body).encode(), "application/json")

    def _reply(self, status: int, body: bytes, kind: str, cookie: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if cookie:
            self.send_header("Set-Cookie", cookie)
        self.end_headers()
        self.wfile.write(body)

    def handle(self) -> None:
        """As ever; a client that is gone is no news."""
        try:
            super().handle()
        except (ConnectionError, BrokenPipeError):
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""


class FakeShop(ThreadingHTTPServer):
    """The server; a thread per connection."""

    daemon_threads = True
    request_queue_size = 256
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.state = ShopState()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def running_shop() -> Iterator[FakeShop]:
    """A shop that serves until the block ends."""
    shop = FakeShop()
    thread = threading.Thread(target=shop.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield shop
    finally:
        shop.shutdown()
        shop.server_close()
        thread.join()
