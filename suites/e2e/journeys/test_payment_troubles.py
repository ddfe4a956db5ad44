"""T5.3: a card that is declined, and a customer who leaves the payment page and comes back."""

from __future__ import annotations

import pytest

from suites.browsing.visitor import Visitor
from suites.e2e.fixtures import Endpoint, Step
from suites.e2e.journey import Journey
from suites.e2e.ledger import Ledger, OrderRow
from suites.e2e.pages.cart import CartPage
from suites.e2e.pages.home import HomePage
from suites.e2e.pages.order import OrderPage, OrdersPage
from suites.e2e.pages.payment import DECLINED_CARD, REFUSALS, PaymentPage
from suites.e2e.pages.shopping import go_to_payment, make_calendar, pay, put_into_cart
from suites.e2e.patience import wait_for
from suites.e2e.people import Person, new_person


@pytest.mark.journey("declined-card", criteria=["T5.3"])
def test_declined_card(journey: Journey, step: Step, guest: Visitor, endpoint: Endpoint) -> None:
    """A declined card → told so, nothing is paid → a good card → paid once."""
    person, ledger = new_person("Lotte Adler"), Ledger(endpoint("database"))
    payment = PaymentPage(guest.page)
    with step("come to the payment page"):
        put_into_cart(guest, make_calendar(guest, person))
        totals = go_to_payment(guest, person)
    with step("a card is declined", allow_console=REFUSALS):
        payment.pay(DECLINED_CARD, person.name)
        payment.expect_declined()
        journey.milestone(guest, "declined")
    with step("no order is paid"):
        # the provider tells the shop of the decline: what follows from it has followed once the history says so
        own_tab = guest.context.new_page()
        own_tab.goto("/")
        OrdersPage(own_tab).open()
        numbers = OrdersPage(own_tab).numbers()
        assert len(numbers) == 1, f"expected the unpaid order in the list of orders, got {numbers or 'none'}"
        (number,) = numbers
        wait_for(lambda: ledger.has_note(ledger.order(number), "declined"), bool,
                 f"order {number} to say in its history that a payment was declined")  # fmt: skip
        page = OrdersPage(own_tab).open_order(number)
        page.expect_unpaid()
        page.expect_note("A payment was declined")
        order = _only_order(ledger, person)
        assert order.status == "PLACED", f"expected order {number} to wait for money, got {order.status}"
        assert ledger.payments_of(order) == set(), f"expected no payment, got {ledger.payments_of(order)}"
        assert ledger.letters_of(order) == [], f"expected no confirmation of an unpaid order, got one to {order.email}"
        own_tab.close()
    with step("a good card is taken"):
        assert pay(guest, person) == number, f"expected the good card to pay order {number}"
        journey.milestone(guest, "paid after all")
    with step("it is paid once"):
        _expect_paid_once(ledger, person, totals.total)


@pytest.mark.journey("abandoned-checkout", criteria=["T5.3"])
def test_abandoned_checkout(journey: Journey, step: Step, guest: Visitor, endpoint: Endpoint) -> None:
    """Payment page → back, tab closed → later: cart and order are still there → paid, once."""
    person, ledger = new_person("Hanne Vogt"), Ledger(endpoint("database"))
    with step("leave the payment page"):
        made = make_calendar(guest, person)
        put_into_cart(guest, made)
        totals = go_to_payment(guest, person)
        payment_address = guest.page.url
        PaymentPage(guest.page).go_back()
        number = OrderPage(guest.page).arrive()
        OrderPage(guest.page).expect_unpaid()
        journey.milestone(guest, "not paid yet")
    with step("close the tab"):
        later = guest.context.new_page()
        guest.page.close()
        guest.page = later
    with step("come back and find cart and order"):
        HomePage(guest.page).open()
        CartPage(guest.page).open()
        CartPage(guest.page).expect_line(made.title)
        orders = OrdersPage(guest.page)
        orders.open()
        assert orders.numbers() == [number], f"expected the one order {number} in the list, got {orders.numbers()}"
        journey.milestone(guest, "the order is waiting")
    with step("go on with it"):
        page = orders.open_order(number)
        page.expect_unpaid()
        page.pay_now()
        payment = PaymentPage(guest.page)
        payment.arrive()
        asked = payment.amount()
        assert asked == totals.total, f"expected the payment page to ask for {totals.total} cents again, got {asked}"
        assert pay(guest, person) == number, f"expected to have paid order {number}"
    with step("the cart is empty again"):
        CartPage(guest.page).open()
        CartPage(guest.page).expect_empty()
    with step("nobody can pay it again", allow_console=REFUSALS):
        guest.page.goto(payment_address)
        PaymentPage(guest.page).expect_closed()
    with step("it is paid once"):
        _expect_paid_once(ledger, person, totals.total)


def _only_order(ledger: Ledger, person: Person) -> OrderRow:
    orders = ledger.orders_of(person.email)
    assert len(orders) == 1, f"expected one order of {person.email}, got {[one.number for one in orders]}"
    return orders[0]


def _expect_paid_once(ledger: Ledger, person: Person, total: int) -> None:
    order = _only_order(ledger, person)
    assert order.status == "PAID", f"expected order {order.number} to be PAID, got {order.status}"
    assert order.total_cents == total, f"expected {total} cents to be paid, got {order.total_cents}"
    payments = ledger.payments_of(order)
    assert payments == {order.payment}, f"expected one payment, {order.payment}, got {payments}"
    steps = ledger.steps_of(order)
    assert steps == [("PLACED", "customer"), ("PAID", "payment")], f"expected placed, then paid once, got {steps}"
