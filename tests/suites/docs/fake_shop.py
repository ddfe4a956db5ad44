"""A shop of a few pages, held in a dictionary that tests change: whatever a guide may be wrong about can be planted."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from PIL import Image

FOOT = '<footer><a href="/help">Help</a> <a href="/help/other">Other</a></footer>'
HOME = """<title>Shop</title><main><h1>Shop</h1>
<a href="/next">Next</a>
<button type="button" aria-label="Begin a calendar"
 onclick="window.form.hidden = false">Begin</button>
<form id="form" hidden onsubmit="return false"><label>Title <input maxlength="120"></label>
<label>Colour <select onchange="document.getElementById('said').textContent = 'Done: it is ' + this.value">
<option>Blue</option><option>Red</option></select></label></form><p id="said"></p>
<p>A thing costs <b>€5</b>.</p>
<div role="group" aria-label="Symbols"><button>cake</button><button>dog</button></div>
<details><summary>More</summary><a href="/help/other#part">Read more</a></details>
<button id="tip" aria-label="Help: Things" aria-expanded="false" popovertarget="box" aria-controls="box">?</button>
<div id="box" popover>A thing is what you get here. <a href="/help/other#part">Read more</a></div>
<script>box.addEventListener("toggle", e => tip.setAttribute("aria-expanded", String(e.newState === "open")))</script>
</main>"""
NEXT = "<title>Next</title><main><h1>Next page</h1><p>You are here.</p></main>"
GUIDE = """<title>Guide</title><main><h1>Guide</h1>
<p>Press Begin or read All designs. It costs €5, or €9 for two.</p>
<ol><li>Press Begin.</li><li><p>Type into Title, choose Colour.</p>
<p><img src="/begin.png" alt="The page with its button." width="20" height="10"></p></li>
<li>Read Done; look at Next.</li></ol>
<h2 id="a-part">A part</h2><p>Some more words, and a <a href="/help/other#part">link</a>.</p>
<table><tr><th>Price</th></tr><tr><td>€5</td></tr><tr><td>Next</td></tr></table><ol><li>Press Next.</li></ol>
<h3 id="q1">May I?</h3><p>For example, yes, you may at any time.</p></main>"""
OTHER = '<title>Other</title><main><h1>Other</h1><h2 id="part">Part</h2><p>Nothing but How it is.</p></main>'
INDEX = '<title>Help</title><main><a href="/help/guide">Guide</a><a href="/help/other">Other</a></main>'


def picture(width: int = 40, height: int = 20) -> bytes:
    """A PNG file."""
    kept = io.BytesIO()
    Image.new("RGB", (width, height), "tomato").save(kept, "PNG")
    return kept.getvalue()


@dataclass
class FakeShop:
    """`pages`: path → HTML, or bytes of a picture."""

    url: str = ""
    pages: dict[str, str | bytes] = field(
        default_factory=lambda: {
            "/": HOME, "/next": NEXT, "/help": INDEX, "/help/guide": GUIDE, "/help/other": OTHER,
            "/begin.png": picture(),
        }
    )  # fmt: skip

    def change(self, path: str, old: str, new: str) -> None:
        """Replaces one piece of a page."""
        page = self.pages[path]
        assert isinstance(page, str)
        assert page.count(old) == 1, old
        self.pages[path] = page.replace(old, new)


class _Handler(BaseHTTPRequestHandler):
    shop: FakeShop

    def do_GET(self) -> None:
        found = self.shop.pages.get(self.path.partition("?")[0])
        body = found if isinstance(found, bytes) else ((found or "Nothing here.") + FOOT).encode()
        self.send_response(404 if found is None else 200)
        self.send_header("content-type", "image/png" if isinstance(found, bytes) else "text/html; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@contextmanager
def fake_shop() -> Iterator[FakeShop]:
    """A running fake on a free loopback port."""
    shop = FakeShop()
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
