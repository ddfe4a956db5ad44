"""The payment page in a real browser: its policy must let the customer through, with 3-D Secure and back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from playwright.sync_api import Page, sync_playwright

from tests.doubles.stripe.helpers import FORM, NEEDS_3DS, StripeDouble
from tests.support import browser_or_reason, needs_browser

LABELS = {"card_number": "Card number", "expiry": "Expiry date", "cvc": "CVC", "name": "Name on card"}


@contextmanager
def little_shop() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f"<title>{self.path.partition('?')[0]}</title>".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


def type_card(page: Page, number: str) -> None:
    for key, label in LABELS.items():
        page.get_by_label(label).fill(number if key == "card_number" else FORM[key])
    page.get_by_role("button", name="Pay €49.80").click()


@needs_browser
def test_a_customer_pays_in_a_browser(double: StripeDouble) -> None:
    with little_shop() as shop, sync_playwright() as playwright:
        session = double.open(success_url=f"{shop}/thanks?id={{CHECKOUT_SESSION_ID}}", cancel_url=f"{shop}/cart")
        browser = playwright.chromium.launch(
            executable_path=browser_or_reason(),
            args=["--no-sandbox", "--disable-background-networking", "--disable-gpu"],
        )
        try:
            page = browser.new_page(viewport={"width": 390, "height": 844})
            complaints: list[str] = []
            page.on("console", lambda message: complaints.append(message.text))
            assert session.url is not None
            page.goto(session.url)
            wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            assert not wide, "the page fits on a phone"
            page.get_by_role("link", name="Back").click()
            page.wait_for_url(f"{shop}/cart")
            page.goto(session.url)
            type_card(page, "4242")
            assert page.get_by_label("Card number").get_attribute("aria-invalid") == "true"
            assert "attention" in page.get_by_role("alert").inner_text()
            type_card(page, NEEDS_3DS)
            page.get_by_role("button", name="Fail authentication").click()
            assert "unable to authenticate" in page.get_by_role("alert").inner_text()
            type_card(page, NEEDS_3DS)
            page.get_by_role("button", name="Complete authentication").click()
            page.wait_for_url(f"{shop}/thanks?id={session.id}")
        finally:
            browser.close()
    assert not [text for text in complaints if "Content Security Policy" in text], complaints
    assert double.sessions.retrieve(session.id).payment_status == "paid"
