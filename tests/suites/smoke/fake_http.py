"""A tiny server whose answers a test writes down; it remembers what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = tuple[int, dict[str, str], bytes]


def reply(body: Any = "", status: int = 200, **headers: str) -> Reply:
    """An answer; anything but text and bytes is sent as JSON. `content_type=` and so on are headers."""
    raw = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return status, {name.replace("_", "-"): value for name, value in headers.items()}, raw


@dataclass
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: str


@dataclass
class FakeHttp:
    """`routes` maps "METHOD /path" to replies; the last of a list is repeated for ever."""

    url: str = ""
    routes: dict[str, list[Reply] | Callable[[Asked], Reply]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def on(self, route: str, *replies: Reply) -> None:
        """Sets what a route answers, in order."""
        self.routes[route] = list(replies)

    def answer(self, asked: Asked) -> Reply:
        """The next reply of the route."""
        self.asked.append(asked)
        found = self.routes.get(f"{asked.method} {asked.path}")
        if found is None:
            return reply("no such route", 404)
        if callable(found):
            return found(asked)
        return found.pop(0) if len(found) > 1 else found[0]


@contextmanager
def fake_http() -> Iterator[FakeHttp]:
    """A running server on a free loopback port."""
    fake = FakeHttp()

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, sent, raw = fake.answer(Asked(self.command, self.path, headers, body))
            if status == 0:  # breaks off without an answer
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in sent.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
