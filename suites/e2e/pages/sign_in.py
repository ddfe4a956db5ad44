"""Signing in and out: the shop's links, the provider's page, and the token that the browser keeps."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from suites.e2e.patience import wait_for
from suites.e2e.people import Person

TOKEN, UNTIL = "vc_access_token", "vc_access_until"  # names in localStorage; S105 would take them for secrets
_RENEWED = 15.0  # seconds


class Session:
    """Who this browser is to the shop."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def _head(self) -> Locator:
        return self.page.get_by_role("navigation", name="Main")

    def sign_in(self, person: Person, *, administrator: bool = False) -> None:
        """From the head of any page, over the provider's page, and back."""
        self._head.get_by_role("link", name="Sign in").click()
        ProviderPage(self.page).choose(person, administrator=administrator)
        self.expect_signed_in()

    def expect_signed_in(self) -> None:
        """The head of the page says so, and the browser has been given its token."""
        account = self._head.get_by_role("link", name="Account")
        expect(account, "expected the head of the page to offer “Account” after sign-in").to_be_visible()
        expect(self.page, "expected to leave the page that says welcome").not_to_have_url(re.compile(r"/signed-in\b"))

    def expect_signed_out(self) -> None:
        """The head of the page offers to sign in."""
        link = self._head.get_by_role("link", name="Sign in")
        expect(link, "expected the head of the page to offer “Sign in” to a guest").to_be_visible()

    def token(self) -> str:
        """The access token in localStorage; empty when there is none."""
        return str(self.page.evaluate("name => localStorage.getItem(name) ?? ''", TOKEN))

    def let_token_expire(self) -> None:
        """The browser's clock says that the token is over; the token itself stays where it is."""
        self.page.evaluate("name => localStorage.setItem(name, '0')", UNTIL)

    def lose_token(self) -> None:
        """As when somebody clears what sites have stored, but not their cookies."""
        self.page.evaluate("names => names.forEach(name => localStorage.removeItem(name))", [TOKEN, UNTIL])

    def wait_for_new_token(self, old: str) -> str:
        """The token as soon as it is another one than `old`."""
        return wait_for(self._kept_other_than(old), bool, "another access token in localStorage than before", _RENEWED)

    def _kept_other_than(self, old: str) -> Callable[[], str]:
        return lambda: self.token().replace(old, "")  # nobody shall read a token in a sentence


class ProviderPage:
    """Choose an account: the page of the identity provider."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def arrive(self) -> None:
        """Waits for it."""
        heading = self.page.get_by_role("heading", name="Choose an account", exact=True)
        expect(heading, "expected the provider's page “Choose an account”").to_be_visible()

    def choose(self, person: Person, *, administrator: bool = False) -> None:
        """Types a person in and continues."""
        self.arrive()
        self.page.get_by_label("E-mail").fill(person.email)
        self.page.get_by_label("Name", exact=True).fill(person.name)
        if administrator:
            self.page.get_by_label("Administrator").check()
        self.page.get_by_role("button", name="Continue").click()
