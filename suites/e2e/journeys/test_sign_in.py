"""T5.2: sign-in over the provider, the token in localStorage, its silent renewal, signing out."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

import pytest

from suites.browsing.visitor import Visitor
from suites.e2e.access_token import Token
from suites.e2e.fixtures import Endpoint, NewGuest, Step
from suites.e2e.journey import Journey
from suites.e2e.ledger import Ledger
from suites.e2e.pages.account import AccountPage
from suites.e2e.pages.cart import CartPage
from suites.e2e.pages.editor import EditorPage
from suites.e2e.pages.home import HomePage
from suites.e2e.pages.shopping import make_calendar, put_into_cart
from suites.e2e.pages.sign_in import ProviderPage, Session
from suites.e2e.people import new_person

LONGEST = 3600  # seconds: whoever finds a token in a browser must not have it for long


@pytest.mark.journey("sign-in", criteria=["T5.2"])
def test_sign_in(
    journey: Journey, step: Step, guest: Visitor, new_guest: NewGuest, base_url: str, endpoint: Endpoint
) -> None:
    """Guest → provider → back with a token → everything is there → renewed in silence → signed out for good."""
    person, ledger = new_person("Frieda Lang"), Ledger(endpoint("database"))
    session, account, editor = Session(guest.page), AccountPage(guest.page), EditorPage(guest.page)
    with step("make a calendar as a guest"):
        made = make_calendar(guest, person)
        put_into_cart(guest, made)
        assert session.token() == "", "expected a guest to have no access token, but there is one in localStorage"
    with step("sign in at the provider"):
        session.sign_in(person)
        journey.milestone(guest, "back from the provider")
    with step("the token is in localStorage"):
        token = session.token()
        assert token, "expected an access token in localStorage after sign-in, got none"
        read = Token.read(token)
        algorithm = str(read.header.get("alg")).lower()
        assert algorithm not in ("none", ""), f"expected a signed token, got one with algorithm {algorithm}"
        issuer = read.claims.get("iss")
        assert issuer == base_url, f"expected the token to be issued by {base_url}, got {issuer}"
        owner, subject = ledger.account_of(person.email), read.claims.get("sub")
        assert subject == owner, f"expected the token's subject to be the account {owner}, got {subject}"
        left = float(read.claims.get("exp", 0)) - time.time()
        assert 0 < left <= LONGEST, f"expected a token that holds for at most {LONGEST} s, got {left:.0f} s"
    with step("what the guest made is there"):
        CartPage(guest.page).open()
        CartPage(guest.page).expect_line(made.title)
        account.open()
        account.expect_calendar(made.title)
        journey.milestone(guest, "account")
        account.open_calendar(made.title)
        editor.arrive()
        editor.expect_shown(made.event)
    with step("an expired token is renewed in silence"):
        asked: list[str] = []
        provider = urlsplit(endpoint("google")).netloc
        guest.page.on("request", lambda request: asked.append(urlsplit(request.url).netloc))
        session.let_token_expire()
        editor.add_event(editor.day_of_shown_month(16), "Signed in still")
        editor.expect_saved()
        second = session.wait_for_new_token(token)
    with step("a lost token is renewed in silence"):
        session.lose_token()
        editor.reload()
        editor.expect_shown("Signed in still")
        third = session.wait_for_new_token(second)
        assert provider not in asked, "expected the tokens to be renewed without the provider, but it was asked"
        subjects = {Token.read(one).claims["sub"] for one in (token, second, third)}
        assert len(subjects) == 1, f"expected every token to be the same person's, got {len(subjects)} persons"
    with step("another browser finds the same account"):
        elsewhere = new_guest("elsewhere")
        HomePage(elsewhere.page).open()
        Session(elsewhere.page).sign_in(person)
        AccountPage(elsewhere.page).open()
        AccountPage(elsewhere.page).expect_calendar(made.title)
    with step("sign out"):
        other_tab = guest.context.new_page()
        other_tab.goto("/account")
        AccountPage(other_tab).arrive()
        account.open()
        account.sign_out()
        session.expect_signed_out()
        left_over = session.token()
        assert left_over == "", "expected no access token in localStorage after signing out, but it is still there"
        journey.milestone(guest, "signed out")
    with step("the token of before is worth nothing"):
        # without cookies: what somebody could do who had copied the token
        answer = elsewhere.context.request.post(
            f"{base_url}/graphql",
            headers={"authorization": f"Bearer {third}"},
            data={"operationName": "Me", "query": "query Me { me { id } }"},
        )
        assert "UNAUTHENTICATED" in answer.text(), (
            f"expected the token to be refused after signing out, got {answer.status} {answer.text()[:200]}"
        )
    with step("the account is closed in every tab"):
        assert Session(other_tab).token() == "", "expected the other tab to have lost the token as well"
        other_tab.reload()
        ProviderPage(other_tab).arrive()
        guest.page.goto("/account")
        ProviderPage(guest.page).arrive()
        journey.milestone(guest, "the account is closed")
