"""Signing in and the account page in a real browser: tokens over tabs, and what a person sees."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from system_under_test.app.resources import Shop
from tests.shop.accounts.people import Google
from tests.shop.conftest import RunningApp
from tests.support import clean_browser, needs_browser

ASK = """async ([name, query]) => {
  const { graphql } = await import("/static/session/client.js");
  try { return { data: await graphql(name, query) }; }
  catch (error) { return { code: error.code, message: error.message }; }
}"""
ME = ["Me", "query Me { me { email } }"]


@pytest.fixture
def browser_context(account_app: RunningApp, account_shop: Shop, google: Google) -> Iterator[BrowserContext]:
    with clean_browser() as browser:
        context = browser.new_context(base_url=account_app.url, viewport={"width": 1280, "height": 900})
        context.set_default_timeout(10_000)
        yield context


@pytest.fixture
def page(browser_context: BrowserContext) -> Page:
    return browser_context.new_page()


def sign_in(page: Page, name: str = "Anna Becker") -> None:
    page.get_by_role("link", name="Sign in", exact=True).click()
    page.get_by_role("button", name=re.compile(name)).click()
    expect(page.get_by_role("link", name="Account", exact=True)).to_be_visible()
    expect(page).not_to_have_url(re.compile("/signed-in"))
    page.wait_for_load_state()


def stored(page: Page, name: str = "vc_access_token") -> str | None:
    value: str | None = page.evaluate("name => localStorage.getItem(name)", name)
    return value


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html']}" for v in found if v["impact"] in ("serious", "critical")]


@needs_browser
def test_a_guests_calendar_follows_into_the_account(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name=re.compile("Use template Kitchen")).click()
    expect(page.locator("#editor")).to_have_attribute("data-loaded", "true")
    editor = page.url
    sign_in(page)
    expect(page).to_have_url(editor)
    assert stored(page)
    page.get_by_label("Date").fill("2027-05-22")
    page.get_by_label("Event text").fill("Grandma turns 80")
    page.get_by_role("button", name="Save event").click()
    expect(page.get_by_role("status").first).to_have_text("Saved")
    page.get_by_role("link", name="Account", exact=True).click()
    expect(page.get_by_role("heading", name="Your calendars")).to_be_visible()
    expect(page.locator(".shelf li")).to_have_count(1)
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
    assert stored(page) is None
    page.goto(editor)
    expect(page.get_by_role("heading", level=1)).to_contain_text("could not find")


@needs_browser
def test_tabs_take_turns_to_renew_an_old_token(browser_context: BrowserContext, page: Page) -> None:
    page.goto("/")
    sign_in(page)
    other = browser_context.new_page()
    other.goto("/templates")
    renewals: list[str] = []
    browser_context.on(
        "request", lambda request: renewals.append(request.url) if "/auth/refresh" in request.url else None
    )
    old = stored(page)
    page.evaluate("localStorage.setItem('vc_access_until', String(Date.now() + 5000))")
    # Both begin before either has an answer.
    for tab in (page, other):
        tab.evaluate(f"args => {{ window.asked = Promise.all([1, 2, 3].map(() => ({ASK})(args))); }}", ME)
    for tab in (page, other):
        answers = tab.evaluate("() => window.asked")
        assert [answer["data"]["me"]["email"] for answer in answers] == ["anna.becker@example.org"] * 3
    # The six of them never renew at once, which would look like theft. What one tab writes into the store may reach
    # the other a moment after the lock: it then renews once more, with the new cookie.
    assert 1 <= len(renewals) <= 2
    assert stored(page) != old


@needs_browser
def test_a_token_that_the_shop_refuses_is_renewed_and_the_work_done(page: Page) -> None:
    page.goto("/")
    sign_in(page)
    page.evaluate("localStorage.setItem('vc_access_token', 'spoilt')")
    assert page.evaluate(ASK, ME) == {"data": {"me": {"email": "anna.becker@example.org"}}}
    assert stored(page) != "spoilt"
    page.evaluate("localStorage.clear()")
    page.reload()
    assert page.evaluate(ASK, ME)["data"]["me"], "the cookie knows the person still"


@needs_browser
def test_when_the_sign_in_was_ended_elsewhere_the_person_is_told_and_is_a_guest(page: Page, account_shop: Shop) -> None:
    from sqlalchemy import text

    page.goto("/")
    sign_in(page)
    with account_shop.database.write() as session:
        session.execute(text("UPDATE sign_ins SET revoked_at = now()"))
    answer = page.evaluate(ASK, ME)
    assert answer == {"code": "UNAUTHENTICATED", "message": "Your sign-in has ended. Please sign in again."}
    assert stored(page) is None
    assert page.evaluate(ASK, ME) == {"data": {"me": None}}
    page.reload()
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()


@needs_browser
def test_a_shop_that_is_away_does_not_sign_anybody_out(page: Page) -> None:
    page.goto("/")
    sign_in(page)
    kept = stored(page)
    page.evaluate("localStorage.setItem('vc_access_until', '0')")
    page.route("**/auth/refresh", lambda route: route.abort())
    answer = page.evaluate(ASK, ME)
    assert answer["code"] == "OFFLINE"
    assert "cannot be reached" in answer["message"]
    assert stored(page) == kept
    page.unroute("**/auth/refresh")
    assert page.evaluate(ASK, ME)["data"]["me"]


@needs_browser
def test_fields_of_a_refusal_reach_the_form(page: Page) -> None:
    page.goto("/")
    body = {"errors": [{"message": "No.", "extensions": {"code": "BAD_INPUT", "fields": {"line1": "Where?"}}}]}
    page.route("**/graphql", lambda route: route.fulfill(json=body))
    caught = page.evaluate(
        """async () => {
          const { graphql, ShopError } = await import("/static/session/client.js");
          try { await graphql("Me", "query Me { me { id } }"); }
          catch (error) { return [error instanceof ShopError, error.message, error.code, error.fields.line1]; }
        }"""
    )
    assert caught == [True, "No.", "BAD_INPUT", "Where?"]


@needs_browser
def test_the_account_page(page: Page, tmp_path: Path) -> None:
    page.goto("/account")
    page.get_by_role("button", name=re.compile("Anna Becker")).click()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    expect(page.locator("#account-email")).to_have_text("anna.becker@example.org")
    expect(page.locator(".browsers li")).to_have_count(1)
    expect(page.locator(".browsers")).to_contain_text("This browser")

    page.get_by_label("Name").fill("   ")
    page.get_by_role("button", name="Save name").click()
    expect(page.locator("#profile-problem")).to_have_text("Please write your name.")
    expect(page.get_by_label("Name")).to_be_focused()
    page.get_by_label("Name").fill("Anni Becker")
    page.get_by_role("button", name="Save name").click()
    expect(page.get_by_role("status")).to_have_text("Your name is saved.")
    page.reload()
    expect(page.get_by_label("Name")).to_have_value("Anni Becker")

    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download my data").click()
    downloading.value.save_as(tmp_path / "mine.json")
    assert downloading.value.suggested_filename.startswith("village-calendar-")
    assert json.loads((tmp_path / "mine.json").read_text())["profile"]["name"] == "Anni Becker"

    page.get_by_text("Delete my account", exact=True).first.click()
    confirm = page.get_by_label(re.compile("to confirm"))
    confirm.fill("somebody@example.org")
    page.get_by_role("button", name="Delete my account").click()
    expect(page.locator("#delete-problem")).to_contain_text("not the e-mail address")
    expect(confirm).to_be_focused()
    confirm.fill("anna.becker@example.org")
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
    assert stored(page) is None


@needs_browser
def test_cancelling_leads_to_a_page_with_a_way_on(page: Page) -> None:
    page.goto("/templates")
    page.get_by_role("link", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are not signed in")
    assert serious(page) == []
    page.get_by_role("link", name="Go on without signing in").click()
    expect(page).to_have_url(re.compile("/templates$"))


@needs_browser
@pytest.mark.parametrize("width", [1280, 390])
def test_the_account_page_is_accessible_and_fits(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("/")
    page.get_by_role("button", name=re.compile("Use template Kitchen")).click()
    expect(page.locator("#editor")).to_have_attribute("data-loaded", "true")
    sign_in(page)
    page.goto("/account")
    page.get_by_text("Delete my account", exact=True).first.click()
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out"
