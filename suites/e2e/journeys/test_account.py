"""Own data out and gone: the file holds everything, and after the deletion nothing tells of the person."""

from __future__ import annotations

import json

import pytest

from suites.browsing.visitor import Visitor
from suites.e2e.fixtures import Endpoint, NewGuest, Step
from suites.e2e.journey import Journey
from suites.e2e.ledger import Ledger
from suites.e2e.pages.account import AccountPage
from suites.e2e.pages.home import HomePage
from suites.e2e.pages.order import OrdersPage
from suites.e2e.pages.shopping import go_to_payment, make_calendar, pay, put_into_cart
from suites.e2e.pages.sign_in import ProviderPage, Session
from suites.e2e.pages.workshop import Workshop
from suites.e2e.patience import wait_for
from suites.e2e.people import new_person

REFUSED = "is paid and not sent yet"


@pytest.mark.journey("account", criteria=["T5.2"])
def test_account(journey: Journey, step: Step, guest: Visitor, new_guest: NewGuest, endpoint: Endpoint) -> None:
    """Sign in, order → export → deletion is refused while the address is needed → sent → deleted → nothing is left."""
    person, keeper = new_person("Rosa Winkler"), new_person("Ada Keeper")
    ledger, account, session = Ledger(endpoint("database")), AccountPage(guest.page), Session(guest.page)
    with step("order something with an account"):
        HomePage(guest.page).open()
        session.sign_in(person)
        made = make_calendar(guest, person)
        put_into_cart(guest, made)
        totals = go_to_payment(guest, person)
        number = pay(guest, person)
        owner, order = ledger.account_of(person.email), ledger.order(number)
        assert order.owner == f"account:{owner}", f"expected order {number} to be the account's, got {order.owner}"
        wait_for(lambda: ledger.letters_of(order), lambda rows: rows == [("confirmation", "SENT")],
                 f"the confirmation of order {number} to be sent")  # fmt: skip
    with step("download everything"):
        account.open()
        file = account.export(journey.folder / "export.json")
        held = json.loads(file.read_text(encoding="utf-8"))
        email = held["profile"]["email"]
        assert email == person.email, f"expected the export to name {person.email}, got {email}"
        texts = {one["title"]: [event["text"] for event in one["events"]] for one in held["calendars"]}
        assert texts == {made.title: [made.event]}, f"expected the calendar with its event in the export, got {texts}"
        orders = {one["number"]: one["total_cents"] for one in held["orders"]}
        assert orders == {number: totals.total}, f"expected order {number} in the export, got {orders or 'no order'}"
        journey.milestone(guest, "export")
    with step("a paid order holds the account"):
        account.ask_to_be_deleted(person)
        account.expect_refusal(REFUSED)
        journey.milestone(guest, "not yet")
    with step("the order is sent"):
        office = new_guest("keeper")
        HomePage(office.page).open()
        Session(office.page).sign_in(keeper, administrator=True)
        AccountPage(office.page).open()
        workshop = Workshop(office.page)
        workshop.open()
        workshop.find_order(person)
        workshop.open_order(number)
        workshop.mark_as("in production")
        workshop.mark_as("shipped")
        wait_for(lambda: ledger.letters_of(order), lambda rows: ("shipped", "SENT") in rows,
                 f"the letter that order {number} is on its way to be sent")  # fmt: skip
    with step("delete the account"):
        places = ledger.mentions(person.email), ledger.mentions(made.event)
        assert all(places), f"expected e-mail and event in the database before the deletion, got {places}"
        account.ask_to_be_deleted(person)
        session.expect_signed_out()
        assert session.token() == "", "expected no access token in localStorage after the deletion, but there is one"
        journey.milestone(guest, "gone")
    with step("nothing in the database tells of the person"):
        for what in (person.email, person.name, made.title, made.event):
            found = ledger.mentions(what)
            assert found == [], f"expected “{what}” nowhere in the database after the deletion, got it in {found}"
    with step("the books are kept without the person"):
        blank = ledger.order(number)
        kept = (blank.total_cents, blank.status, blank.owner)
        assert kept == (totals.total, "SHIPPED", None), f"expected the order's amount and state to be kept, got {kept}"
        assert (blank.email, blank.name) == ("deleted", "deleted"), f"expected no name on it, got {blank.name}"
    with step("sign in again and find nothing"):
        guest.page.goto("/account")
        ProviderPage(guest.page).choose(person)
        session.expect_signed_in()
        account.open()
        account.expect_no_calendar()
        OrdersPage(guest.page).open()
        numbers = OrdersPage(guest.page).numbers()
        assert numbers == [], f"expected a new account without orders, got {numbers}"
        new = ledger.account_of(person.email)
        assert new != owner, "expected another account than the one that was deleted, got the same"
