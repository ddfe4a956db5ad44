"""A shop of one file: the names and addresses that journeys know, nothing behind them. Faults are switched per test."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PAGES = Path(__file__).parent / "pages"


@dataclass
class FakeShop:
    """`faults` may hold: event-never-shown, save-500, console-error, not-kept, no-pdf, seen-by-all, home-500."""

    url: str = ""
    faults: set[str] = field(default_factory=set)
    events: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)


class _Handler(BaseHTTPRequestHandler):
    shop: FakeShop

    def do_GET(self) -> None:
        guest = self._guest()
        _, _, rest = self.path.partition("/")
        room, _, key = rest.partition("/")
        if room == "":
            status = 500 if "home-500" in self.shop.faults else 200
            self._send(status, (PAGES / "home.html").read_bytes(), guest=guest)
        elif room == "new":
            made = uuid.uuid4().hex
            self.shop.owners[made], self.shop.events[made] = guest, []
            self._send(302, b"", guest=guest, Location=f"/editor/{made}")
        elif room == "editor" and self._may_see(key, guest):
            faults = json.dumps(sorted(self.shop.faults))
            page = (PAGES / "editor.html").read_text(encoding="utf-8").replace("%FAULTS%", faults).replace("%ID%", key)
            self._send(200, page.encode(), guest=guest)
        elif room == "events" and self._may_see(key, guest):
            self._send(200, json.dumps(self.shop.events[key]).encode(), type_="application/json")
        elif room == "pdf" and self._may_see(key, guest):
            body = b"<html>sorry" if "no-pdf" in self.shop.faults else b"%PDF-1.7 fake"
            self._send(200, body, type_="application/pdf", Content_Disposition='attachment; filename="c.pdf"')
        else:
            self._send(404, b"<p>Nothing here.</p>")

    def do_POST(self) -> None:
        events = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))))
        if "save-500" in self.shop.faults:
            self._send(500, b"{}", type_="application/json")
            return
        if "not-kept" not in self.shop.faults:
            self.shop.events[self.path.rpartition("/")[2]] = events
        self._send(200, b"{}", type_="application/json")

    def log_message(self, *_: Any) -> None:
        """Quiet."""

    def _guest(self) -> str:
        cookie = self.headers.get("cookie", "")
        return cookie.partition("guest=")[2] or uuid.uuid4().hex

    def _may_see(self, key: str, guest: str) -> bool:
        return key in self.shop.owners and ("seen-by-all" in self.shop.faults or self.shop.owners[key] == guest)

    def _send(
        self, status: int, body: bytes, *, guest: str = "", type_: str = "text/html; charset=utf-8", **more: str
    ) -> None:
        self.send_response(status)
        headers = {"content-type": type_, "content-length": str(len(body)), **more}
        if guest:
            headers["set-cookie"] = f"guest={guest}; Path=/; HttpOnly"
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def fake_shop(*faults: str) -> Iterator[FakeShop]:
    """A running fake on a free loopback port."""
    shop = FakeShop(faults=set(faults))
    handler = type("Handler", (_Handler,), {"shop": shop})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    shop.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield shop
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
