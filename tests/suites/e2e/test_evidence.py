"""What is kept of a journey that failed, with a real browser: all that a person needs, and no secret of the visitor."""

from __future__ import annotations

import json
import re
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.suites.context import FakeContext
from tests.suites.e2e.conftest import MARK, Walk
from tests.support import browser_or_reason, needs_browser

JWT = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhY2NvdW50In0.c2lnbmF0dXJlLW9mLWl0"
COOKIE, SIGNED, STORED, TYPED = (
    "cookie-0123456789",
    "signed-0123456789",
    "stored-refresh-9876543210",
    "typed-4711-secret",
)
SECRETS = (JWT, COOKIE, SIGNED, STORED, TYPED)
PAGE = f"""<!doctype html><title>Account</title><h1>Signed in</h1>
<a href="/file?expires=1&amp;signature={SIGNED}">Download</a>
<script>
localStorage.setItem("access_token", "{JWT}"); sessionStorage.setItem("refresh_token", "{STORED}");
console.log("the token is {JWT}");
const headers = {{Authorization: "Bearer {JWT}", "Content-Type": "application/json"}};
fetch("/api?signature={SIGNED}", {{method: "POST", headers, body: JSON.stringify({{password: "{TYPED}"}})}})
  .then(() => {{ document.title = "answered"; fetch("/never"); }});
</script>"""
JOURNEY = (
    MARK.replace("(step)", "(step, guest)")
    + """    with step('sign in'):
        guest.page.goto('/')
        guest.page.wait_for_function("document.title === 'answered'")
        guest.page.request.get('/')  # by the context, with its cookie
    with step('order'):
        token = guest.page.evaluate("localStorage.getItem('access_token')")
        cookie = guest.context.cookies()[0]['value']
        with guest.page.expect_request('**/never'):
            guest.page.evaluate("fetch('/never'), 0")
        assert False, f'expected an order, got {{token}} {{cookie}} /file?signature=signed-0123456789'
"""
)
LINE = {"level": "info", "timestamp": "2026-01-01T00:00:00Z", "event": "request"}
LOGS = {
    "api": "\n".join(json.dumps(LINE | more) for more in (
        {"request_id": "id-of-home", "trace_id": "t1", "route": "/"},
        {"request_id": "id-of-api", "trace_id": "t2", "route": "/api", "event": "boom", "level": "error"},
        {"request_id": "id-of-a-stranger", "trace_id": "t3", "route": "/strange", "level": "error"},
    )),
    "worker": json.dumps(LINE | {"trace_id": "t2", "event": "job_done"}),
}  # fmt: skip


class _Handler(BaseHTTPRequestHandler):
    over: threading.Event

    def do_GET(self) -> None:
        if self.path == "/never":
            self.over.wait(60)
        self._answer(PAGE.encode(), "id-of-home", "text/html")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self._answer(json.dumps({"refreshToken": STORED}).encode(), "id-of-api", "application/json", 500)

    def log_message(self, *_: object) -> None:
        """Quiet."""

    def _answer(self, body: bytes, request_id: str, kind: str, status: int = 200) -> None:
        self.send_response(status)
        for name, value in {"content-type": kind, "content-length": str(len(body)), "x-request-id": request_id,
                            "set-cookie": f"session={COOKIE}; HttpOnly"}.items():  # fmt: skip
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def url() -> Iterator[str]:
    over = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"over": over}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    over.set()
    server.shutdown()
    thread.join()
    server.server_close()


@needs_browser
def test_a_failed_journey(walk: Walk, url: str, tmp_path: Path) -> None:
    context = FakeContext(tmp_path, {"api": url}, {"browser": str(browser_or_reason())}, logs=LOGS)
    seen = walk(JOURNEY.format(id="tea", test="test_tea"), context=context, allow_console=[".*"], duration=120)
    check = seen.check("tea")
    assert check.outcome == "failed"
    by_name = {Path(path).name: seen.root / path for path in check.evidence}
    assert set(by_name) == {
        "guest-page.png", "guest-page.html", "guest-console.log", "guest-network.log", "guest-trace.zip", "failure.txt",
        "shop.log",
    }  # fmt: skip

    shown = {
        name: path.read_text(encoding="utf-8")
        for name, path in by_name.items()
        if path.suffix in (".log", ".txt", ".html")
    }
    assert "<h1>Signed in</h1>" in shown["guest-page.html"]
    assert "POST /api answered 500" in shown["guest-network.log"]
    assert re.search(r"GET /  \d+ ms  200  x-request-id id-of-home\n", shown["guest-network.log"])
    assert shown["shop.log"].startswith("--- order (here it failed)\nthe shop logged nothing")
    assert "id-of-api" in shown["shop.log"]
    assert "worker  {" in shown["shop.log"]
    assert "stranger" not in shown["shop.log"]
    assert "at step “order”: expected an order, got " in check.message
    assert check.message.endswith("the shop's log has: api: boom (route=/api)")
    assert check.message in shown["failure.txt"]

    files = [path for path in seen.root.rglob("*") if path.is_file() and path.suffix != ".py"]
    kept = {str(path): path.read_bytes() for path in files}
    for path in files:
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as trace:
                assert trace.read("trace.network").count(b"\n") >= 3
                kept |= {f"{path}!{name}": trace.read(name) for name in trace.namelist()}
    told = repr([one.model_dump() for one in seen.seen]).encode()
    leaks = [(name, secret) for name, raw in {**kept, "observations": told}.items() for secret in SECRETS
             if secret.encode() in raw]  # fmt: skip
    assert leaks == []
