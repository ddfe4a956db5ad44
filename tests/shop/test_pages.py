"""The pages: what a visitor finds, the headers, and that text stays text."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.shop.helpers import Guest, token_on

HOSTILE = "<script>alert(1)</script> \"><img src=x onerror=alert(1)> {{7*7}} '"


def test_home_shows_the_templates(client: httpx.Client) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert page.text.count('data-testid="template-card"') >= 6
    assert 'aria-label="Use template Garden Year"' in page.text


def test_template_leads_to_the_editor_and_back_again(client: httpx.Client) -> None:
    answer = client.post("/calendars", data={"template": "by-the-sea", "form_token": token_on(client)})
    assert answer.status_code == 303
    assert re.fullmatch(r"/editor/[0-9a-f-]{36}", answer.headers["location"])
    assert "By the Sea" in client.get(answer.headers["location"]).text
    assert answer.headers["location"] in client.get("/").text


@pytest.mark.parametrize("data", [{}, {"template": "no-such"}, {"template": "x" * 500}])
def test_bad_form_is_refused(client: httpx.Client, data: dict[str, str]) -> None:
    assert client.post("/calendars", data={"form_token": token_on(client), **data}).status_code == 400


def test_cookie_is_protected(client: httpx.Client) -> None:
    cookie = client.get("/").headers["set-cookie"].lower()
    assert cookie.startswith("vc_session=")
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "set-cookie" not in client.get("/").headers


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/templates",
        "/livez",
        "/metrics",
        "/nowhere",
        "/static/base.css",
        "/covers/night-sky.svg",
        "/graphql",
    ],
)
def test_security_headers_are_on_every_response(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"]
    assert headers["permissions-policy"]
    assert "strict-transport-security" not in headers
    assert "server" not in headers


@pytest.mark.parametrize("path", ["/", "/templates", "/graphql"])
def test_nothing_comes_from_elsewhere_and_nothing_is_inline(client: httpx.Client, path: str) -> None:
    html = client.get(path).text
    assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", html)
    assert not re.search(r"<style|style=|<script(?![^>]*\ssrc=)|\son\w+=", html)


def test_every_linked_file_exists(client: httpx.Client, guest: Guest) -> None:
    calendar_id = guest.new_calendar()
    for path in ("/", f"/editor/{calendar_id}", f"/preview/{calendar_id}", "/graphql"):
        html = guest.client.get(path).text
        # Whether the way to the identity provider works is tested with its double.
        for address in set(re.findall(r'(?:src|href)="(/(?!auth/)[^"#]+)"', html)):
            assert guest.client.get(address).status_code == 200, address


def test_modules_find_each_other(client: httpx.Client) -> None:
    todo, seen = ["/static/editor/main.js", "/static/console.js"], set()
    while todo:
        address = todo.pop()
        seen.add(address)
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "javascript" in answer.headers["content-type"]
        folder = address.rpartition("/")[0]
        todo += [a for n in re.findall(r'from "\./([^"]+)"', answer.text) if (a := f"{folder}/{n}") not in seen]
    assert len(seen) > 6


def test_text_of_a_guest_stays_text(guest: Guest) -> None:
    calendar_id = guest.new_calendar(title=HOSTILE)
    guest.add(calendar_id, text=HOSTILE)
    for path in ("/", f"/editor/{calendar_id}", f"/preview/{calendar_id}"):
        html = guest.client.get(path).text
        assert "alert(1)" in html
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "{{7*7}}" in html


def test_preview_shows_the_whole_year(guest: Guest) -> None:
    calendar_id = guest.new_calendar()
    guest.add(calendar_id, "2027-12-24", "Dinner", "🎄")
    html = guest.client.get(f"/preview/{calendar_id}").text
    assert html.count('class="paper-grid"') == 12
    assert "Dinner" in html
    assert "🎄" in html


def test_editor_opens_where_the_guest_wrote_last(guest: Guest) -> None:
    calendar_id = guest.new_calendar()
    assert 'data-month="1"' in guest.client.get(f"/editor/{calendar_id}").text
    guest.add(calendar_id, "2027-11-02")
    guest.add(calendar_id, "2027-08-02")
    assert 'data-month="8"' in guest.client.get(f"/editor/{calendar_id}").text


def test_static_files_are_kept_for_ever_under_their_version_only(client: httpx.Client) -> None:
    found = re.search(r'href="(/static/[0-9a-f]{12}/base\.css)"', client.get("/").text)
    assert found
    assert "immutable" in client.get(found.group(1)).headers["cache-control"]
    assert client.get("/static/base.css").headers["cache-control"] == "no-cache"
    assert client.get("/static/../settings.py").status_code == 404
    assert client.get("/static/%2e%2e/routes.py").status_code == 404


def test_unknown_page_is_a_page(client: httpx.Client) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "<h1>" in answer.text
    assert client.post("/").status_code == 405
