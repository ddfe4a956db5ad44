"""The order pages over HTTP: who sees what, strict pages, and money that server and browser write alike."""

from __future__ import annotations

import re
import uuid

import httpx
import pytest
from playwright.sync_api import expect

from system_under_test.products.money import money
from tests.shop.conftest import RunningApp
from tests.shop.helpers import Guest
from tests.shop.ordering.customer import customer_of
from tests.support import needs_browser

PAGES = ["/cart", "/checkout", "/orders"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_strict_and_say_what_they_need(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-cache"
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert re.search(r"<noscript>.*needs JavaScript.*</noscript>", answer.text)
    assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", answer.text)
    assert not re.search(r"<style|style=|<script(?![^>]*\ssrc=)|\son\w+=", answer.text)


@pytest.mark.parametrize("order_id", [uuid.uuid4(), "100001", "%00", "x" * 300, "../cart"])
def test_what_is_no_order_is_not_found(client: httpx.Client, order_id: object) -> None:
    assert client.get(f"/orders/{order_id}", follow_redirects=False).status_code == 404 or order_id == "../cart"


@needs_browser
def test_an_order_is_shown_to_its_owner_only(app: RunningApp, shop: object, client: httpx.Client) -> None:
    with customer_of(app) as anna:
        anna.page.goto(app.url)
        anna.new_calendar()
        order = anna.has_order("PAID")
        number = anna.run("query Order($id: ID!) { order(id: $id) { number } }", id=str(order))["order"]["number"]
        anna.open(f"/orders/{order}")
        expect(anna.page.locator(".eyebrow")).to_have_text(f"Order {number}")
        client.get("/")
        foreign, unknown = client.get(f"/orders/{order}"), client.get(f"/orders/{uuid.uuid4()}")
        assert foreign.status_code == unknown.status_code == 404
        assert str(number) not in foreign.text
        assert f"/auth/sign-in?next=/orders/{order}" in foreign.text  # who ordered with an account comes from a mail
        assert "anna@example.com" not in foreign.text


def test_linked_files_and_modules_exist(guest: Guest) -> None:
    calendar = guest.new_calendar()
    todo = {address for path in [*PAGES, "/", f"/editor/{calendar}"] for address in _links(guest, path)}
    seen: set[str] = set()
    while todo:
        address = todo.pop()
        seen.add(address)
        answer = guest.client.get(address)
        assert answer.status_code == 200, address
        if address.endswith(".js"):
            imports = re.findall(r'from "(\.[^"]+)"', answer.text)
            todo |= {str(httpx.URL(f"http://shop{address}").join(name).path) for name in imports} - seen
    assert sum("/ordering/" in address for address in seen) > 12


def _links(guest: Guest, path: str) -> list[str]:
    return re.findall(r'(?:src|href)="(/static/[^"#]+)"', guest.client.get(path).text)


def test_only_pages_with_own_calendars_carry_the_dialog(client: httpx.Client, guest: Guest) -> None:
    assert "data-prints" not in client.get("/").text
    calendar = guest.new_calendar(title='"><b>Bold</b>')
    for path in ("/", f"/editor/{calendar}"):
        html = guest.client.get(path).text
        assert f'data-prints="{calendar}"' in html
        assert "<b>Bold" not in html
        assert "€19.90" in html
    assert "data-prints" not in guest.client.get("/templates").text


AMOUNTS = [(0, "EUR"), (5, "EUR"), (1990, "EUR"), (123456789, "EUR"), (-250, "EUR"), (4200, "GBP"), (100, "CHF")]


@needs_browser
def test_server_and_browser_write_money_alike(app: RunningApp, shop: object) -> None:
    with customer_of(app) as anna:
        anna.page.goto(app.url)
        script = (
            "async ([url, amounts]) => { const { money } = await import(url); return amounts.map((a) => money(...a)); }"
        )
        written = anna.page.evaluate(script, [f"{app.url}/static/ordering/format.js", AMOUNTS])
    assert [money(*amount) for amount in AMOUNTS] == written
    assert money(123450, "EUR") == "€1,234.50"
