"""T5.4: the shop's people see an order and lead it on; the customer sees that; the analytics move by exactly it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from suites.browsing.visitor import Visitor
from suites.e2e.bookkeeping import Figures, moved_by, read_both
from suites.e2e.fixtures import Endpoint, NewGuest, Step
from suites.e2e.journey import Journey
from suites.e2e.ledger import Ledger
from suites.e2e.pages.account import AccountPage
from suites.e2e.pages.home import HomePage
from suites.e2e.pages.order import OrderPage
from suites.e2e.pages.shopping import go_to_payment, make_calendar, pay, put_into_cart
from suites.e2e.pages.sign_in import Session
from suites.e2e.pages.workshop import Workshop
from suites.e2e.people import new_person


@pytest.mark.journey("admin", criteria=["T5.4"])
def test_admin(journey: Journey, step: Step, guest: Visitor, new_guest: NewGuest, endpoint: Endpoint) -> None:
    """Sign in → analytics → a customer orders → found, led on → the customer sees it → the analytics have moved."""
    customer, keeper = new_person("Emil Sommer"), new_person("Ada Keeper")
    ledger = Ledger(endpoint("database"))
    today = datetime.now(UTC).date()
    days = today, today + timedelta(days=1)  # a journey may begin before midnight and end after it
    office = new_guest("keeper")
    workshop = Workshop(office.page)
    with step("an administrator signs in"):
        HomePage(office.page).open()
        Session(office.page).sign_in(keeper, administrator=True)
        AccountPage(office.page).open()
        workshop.open()
        journey.milestone(office, "orders")
    with step("read the analytics before"):
        before = read_both(lambda: ledger.book(*days), lambda: workshop.figures(*days))
    with step("a customer orders"):
        put_into_cart(guest, make_calendar(guest, customer))
        totals = go_to_payment(guest, customer)
        number = pay(guest, customer)
    with step("the order is in the list"):
        office.page.goto("/account")
        AccountPage(office.page).arrive()
        workshop.open()
        line = workshop.find_order(customer).inner_text()
        for wanted in (str(number), customer.name, "Paid", f"€{totals.total / 100:.2f}"):
            assert wanted in line, f"expected “{wanted}” in the order's line, got “{line}”"
        journey.milestone(office, "the order is found")
    with step("lead it on"):
        workshop.open_order(number)
        note = f"Printed on our own press, {customer.mark}"
        workshop.mark_as("in production", note)
        journey.milestone(office, "in production")
    with step("the customer sees it"):
        guest.page.reload()
        page = OrderPage(guest.page)
        page.expect_state("At the printer")
        page.expect_note(note)
        journey.milestone(guest, "at the printer")
    with step("it is written down"):
        order = ledger.order(number)
        assert order.status == "IN_PRODUCTION", f"expected order {number} to be IN_PRODUCTION, got {order.status}"
        steps = ledger.steps_of(order)
        assert steps[-1] == ("IN_PRODUCTION", "admin"), f"expected the step to be the administrator's, got {steps[-1]}"
    with step("the analytics have moved by exactly this order"):
        after = read_both(lambda: ledger.book(*days), lambda: workshop.figures(*days))
        journey.milestone(office, "analytics")
        moved, expected = moved_by(order.id, before, after), Figures(1, 1, totals.total, 0)
        assert moved == expected, f"expected the analytics to move by {expected}, got {moved}"
