"""The pages as they are served: frame, links, names, headers, and what they must tell."""

from __future__ import annotations

import hashlib
import json
import re

import httpx
import pytest

from system_under_test.app.factory import create_app
from system_under_test.help.library import TOOLTIPS, Library
from system_under_test.help.links import SHOP_PAGES
from system_under_test.settings import AppSettings
from tests.shop.helpers import ROOT, Guest
from tests.shop.ordering.test_every_page_axe import get_routes

ADDRESSES = [
    "/help", "/help/search?q=moon", "/help/getting-started", "/help/editor", "/help/ordering", "/help/account",
    "/help/faq", "/legal/terms", "/legal/privacy",
]  # fmt: skip


def test_every_page_is_on_the_list_and_in_the_index(library: Library, client: httpx.Client) -> None:
    assert set(library.pages) == set(ADDRESSES[2:])
    index = client.get("/help").text
    assert all(f'href="{address}"' in index for address in library.pages)


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_is_inline_or_from_elsewhere(client: httpx.Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert not re.search(r"<style|style=|<script(?![^>]*\ssrc=)|\son\w+=", answer.text)
    assert not re.search(r"""(?:src|action)=["'](?:https?:)?//""", answer.text)
    main = re.sub(r'href="[^"]*"', "", answer.text.partition("<main")[2])
    assert not re.search(r"\s(?:at|fill|choose|do)=", main), "what is for the harness stays with the sources"
    assert answer.text.count("<h1") == 1


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_link_leads_somewhere(client: httpx.Client, address: str) -> None:
    html = client.get(address).text
    here = address.partition("?")[0]
    links = {link.replace("&amp;", "&") for link in re.findall(r'(?:href|src)="((?:/(?!auth/|static/)|#)[^"]*)"', html)}
    assert len(links) > 5
    for link in links:
        path, _, anchor = link.partition("#")
        target = client.get(path or here, follow_redirects=True) if not path.startswith("/account") else None
        if target is not None:
            assert target.status_code == 200, link
            assert not anchor or f'id="{anchor}"' in target.text, link


def test_the_shops_own_pages_that_guides_may_link_to(settings: AppSettings) -> None:
    app = create_app(settings)
    app.state.shop.close()
    assert get_routes(app) >= SHOP_PAGES


def test_names_on_the_screen_look_like_it(client: httpx.Client) -> None:
    html = client.get("/help/editor").text
    assert '<b class="ui ui-button">Save event</b>' in html
    assert '<b class="ui ui-field">Event text</b>' in html


FEET = ["/", "/templates", "/cart", "/checkout", "/orders", "/status", "/help", "/nowhere"]


@pytest.mark.parametrize("address", FEET)
def test_the_foot_of_every_page_leads_to_help_and_small_print(client: httpx.Client, address: str) -> None:
    foot = client.get(address).text.partition('<footer class="footer">')[2]
    for link in ('href="/help">Help<', 'href="/legal/terms">Terms<', 'href="/legal/privacy">Privacy<'):
        assert link in foot, address


def test_cart_and_checkout_lead_to_their_help(client: httpx.Client) -> None:
    assert 'href="/help/ordering"' in client.get("/cart").text
    checkout = client.get("/checkout").text
    assert 'By ordering you accept our <a href="/legal/terms">terms</a>' in checkout
    assert 'href="/help/ordering#paying"' in checkout


@pytest.mark.parametrize("address", ["/help/nothing", "/legal/nothing", "/help/pictures/nothing.png", "/help/..%2fx"])
def test_what_is_not_there_is_a_page_that_says_so(client: httpx.Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert "This page does not exist" in answer.text


def test_browsers_ask_again_and_are_told_that_nothing_changed(client: httpx.Client) -> None:
    first = client.get("/help/editor")
    assert first.headers["cache-control"] == "private, no-cache"
    again = client.get("/help/editor", headers={"if-none-match": f'"other", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert client.get("/help/editor", headers={"if-none-match": '"other"'}).status_code == 200
    assert client.get("/help/faq").headers["etag"] != first.headers["etag"]


def test_pictures_keep_their_place_and_are_kept_for_ever(client: httpx.Client, library: Library) -> None:
    html = client.get("/help/getting-started").text
    shown = re.findall(r'<img class="shot" src="([^"]+)" alt="([^"]+)" width="(\d+)" height="(\d+)"', html)
    assert len(shown) >= 6
    for source, alt, width, height in shown:
        answer = client.get(source)
        assert answer.headers["content-type"] == "image/png"
        assert "immutable" in answer.headers["cache-control"]
        picture = library.pictures[source.removeprefix("/help/pictures/").partition("?")[0]]
        assert (int(width), int(height)) == (picture.width, picture.height)
        assert len(alt) > 20
    bare = client.get(source.partition("?")[0])
    assert bare.headers["cache-control"] == "no-cache"
    assert client.get(source, headers={"if-none-match": bare.headers["etag"]}).status_code == 304


def test_pictures_are_those_that_the_journeys_took(library: Library) -> None:
    """Each with its page of getting started; whether they still show the shop is for the journeys to say."""
    taken = json.loads((ROOT / "docs/help-center/pictures/taken.json").read_text())
    html = library.pages["/help/getting-started"].rendered.html
    shown = {name: picture for name, picture in library.pictures.items() if picture.address in html}
    assert len(shown) >= 6
    digests = {name: hashlib.sha256(picture.data).hexdigest() for name, picture in shown.items()}
    assert {name: taken.get(name, {}).get("sha256") for name in shown} == digests


def test_there_are_enough_questions_and_each_has_an_answer(library: Library) -> None:
    parts = [part for part in library.pages["/help/faq"].rendered.parts if part.heading and part.heading.level == 3]
    assert len(parts) >= 20
    for part in parts:
        assert part.heading is not None
        assert part.heading.text.endswith("?"), part.heading.text
        assert len(part.text.split()) >= 12, part.heading.text


FEATURES = {
    "the-title", "months-and-days", "adding-events", "changing-and-deleting-events", "emoji-picker", "accent-colour",
    "first-day-of-the-week", "holidays", "regions", "languages", "moon-and-seasons", "time-zone", "how-it-will-print",
    "the-whole-year", "making-a-pdf", "printed-calendars", "saving", "working-by-keyboard",
}  # fmt: skip


def test_every_feature_of_the_editor_has_a_section_with_an_example(library: Library) -> None:
    parts = {p.heading.anchor: p for p in library.pages["/help/editor"].rendered.parts if p.heading}
    assert set(parts) == FEATURES
    assert [anchor for anchor, part in parts.items() if "example" not in part.text.lower()] == []


def test_every_control_of_the_editor_is_spoken_of(library: Library, guest: Guest) -> None:
    editor = guest.client.get(f"/editor/{guest.new_calendar()}").text.partition("<main")[2].partition("<dialog")[0]
    written = re.findall(r"<(?:label|button|summary)[^>]*>(?:<h\d>|<span>)?([^<]+)<", editor)
    announced = re.findall(r'<(?:button|input)[^>]* aria-label="([^"]+)"', editor)
    names = {name.strip() for name in (*written, *announced)} - {""}
    assert len(names) > 20
    text = " ".join(part.text for part in library.pages["/help/editor"].rendered.parts)
    # Four of the five "?" are spoken of by the first one.
    assert {name for name in names if name not in text and not name.startswith("Help: ")} == set()


@pytest.mark.parametrize(
    ("address", "anchors"),
    [
        ("/legal/terms", ["your-duties", "prohibited-content", "prices-and-payment", "delivery",
                          "withdrawal-and-refunds", "liability", "law-and-disputes"]),
        ("/legal/privacy", ["what-we-collect", "why-we-may", "cookies-and-storage", "signing-in-with-google",
                            "paying-with-stripe", "mail-and-other-helpers", "how-long-we-keep-it",
                            "taking-your-data-along-and-deleting-it", "your-rights-in-europe-gdpr",
                            "your-rights-in-california-ccpa", "changes-and-contact"]),
    ],
)  # fmt: skip
def test_the_small_print_has_its_points(library: Library, address: str, anchors: list[str]) -> None:
    texts = {part.heading.anchor: part.text for part in library.pages[address].rendered.parts if part.heading}
    assert [anchor for anchor in anchors if len(texts.get(anchor, "").split()) < 25] == []


def test_the_privacy_policy_names_every_cookie_and_key(client: httpx.Client) -> None:
    html = client.get("/legal/privacy").text
    for name in ("vc_session", "vc_signing_in", "vc_account", "vc_refresh", "vc_access_token", "vc_access_until",
                 "vc_cart_count", "vc_checkout_form", "vc_checkout_attempt"):  # fmt: skip
        assert f"<code>{name}</code>" in html


def test_tooltips_are_on_the_editor(guest: Guest, library: Library) -> None:
    html = guest.client.get(f"/editor/{guest.new_calendar()}").text
    for name in TOOLTIPS:
        tip = library.tooltips[name]
        assert f'popovertarget="tip-{name}" aria-label="Help: {tip.title}"' in html
        assert f'href="{tip.address}"' in html
    assert html.count('class="tip-button"') == len(TOOLTIPS)
