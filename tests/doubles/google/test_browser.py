"""The page in a real browser: one click signs in, Enter continues, and the policy lets the redirect through."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.doubles.google.forms import query_of
from tests.doubles.google.helpers import ROLE, RelyingParty, started_double
from tests.shop.helpers import free_port
from tests.support import browser_or_reason, needs_browser


class _Callback(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def shop() -> Iterator[str]:
    """Where the client's redirect URI really answers."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Callback) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/callback"
        server.shutdown()
        thread.join()


@pytest.fixture
def browser_page() -> Iterator[tuple[Page, list[str]]]:
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=str(browser_or_reason()), args=["--no-sandbox"])
        page = browser.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page, complaints
        browser.close()


def arrive(page: Page, client: RelyingParty, shop: str, act: Callable[[], None]) -> dict[str, Any]:
    """Open the page, act on it, and return the claims of who came back."""
    started = client.begin()
    page.goto(started.url)
    act()
    page.wait_for_url(shop + "?*")
    return client.claims(client.fetch(started, page.url)["id_token"], started.nonce)


@needs_browser
def test_three_ways_through_the_page(shop: str, browser_page: tuple[Page, list[str]]) -> None:
    page, complaints = browser_page
    options = ["--client-id", "browser", "--client-secret", "secret", "--redirect-uri", shop]
    with started_double(free_port(), options, {}) as double:
        client = double.client(client_id="browser", secret="secret", redirect_uri=shop)
        assert arrive(page, client, shop, lambda: page.get_by_role("button", name="Anna Becker").click())

        def type_in() -> None:
            page.get_by_label("E-mail").fill("zoe@example.org")
            page.get_by_label("Administrator").check()
            page.get_by_label("Name").fill("Zoë")
            page.get_by_label("Name").press("Enter")

        claims = arrive(page, client, shop, type_in)
        assert (claims["email"], claims[ROLE]) == ("zoe@example.org", "admin")

        started = client.begin()
        page.goto(started.url)
        page.get_by_role("button", name="Cancel").click()
        page.wait_for_url(shop + "?*")
        assert query_of(page.url)["error"] == "access_denied"
    # The callback of this test has no icon; everything else must please the browser.
    assert [text for text in complaints if "favicon" not in text] == []
