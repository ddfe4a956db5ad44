"""T5.3: from the cart to a paid order, which is in the database, in the printed pages and in a letter."""

from __future__ import annotations

import pytest

from suites.browsing.visitor import Visitor
from suites.e2e.fixtures import Endpoint, Step
from suites.e2e.journey import Journey
from suites.e2e.ledger import ItemRow, Ledger
from suites.e2e.mailbox import Mailbox
from suites.e2e.pages.cart import CartPage
from suites.e2e.pages.order import OrderPage, OrdersPage
from suites.e2e.pages.shopping import PRODUCT, go_to_payment, make_calendar, pay, put_into_cart
from suites.e2e.paper import pages_of
from suites.e2e.patience import wait_for
from suites.e2e.people import new_person

COPIES, SHEETS = 2, 13


@pytest.mark.journey("checkout", criteria=["T5.3"])
def test_checkout(journey: Journey, step: Step, guest: Visitor, endpoint: Endpoint) -> None:
    """Calendar → cart → address → card → confirmation; then whatever must follow from it is looked up."""
    person, page = new_person("Karl Brandt"), OrderPage(guest.page)
    ledger, mailbox = Ledger(endpoint("database")), Mailbox(endpoint("mail"))
    with step("make a calendar"):
        made = make_calendar(guest, person)
    with step("put two prints into the cart"):
        items = put_into_cart(guest, made, COPIES)
        journey.milestone(guest, "cart")
    with step("fill in the checkout"):
        totals = go_to_payment(guest, person)
        assert totals.items == items, f"expected the checkout to ask for {items} cents of calendars, got {totals.items}"
        assert totals.total == totals.items + totals.shipping, f"expected a total that is the sum, got {totals}"
        journey.milestone(guest, "payment page")
    with step("pay by card"):
        number = pay(guest, person)
        journey.milestone(guest, "confirmation")
    with step("the receipt says what was asked for"):
        said = page.amounts()
        assert said == (totals.items, totals.shipping, totals.total), f"expected {totals} on the receipt, got {said}"
    with step("the order is in the database"):
        orders = ledger.orders_of(person.email)
        assert [one.number for one in orders] == [number], f"expected order {number} and no other, got {orders}"
        (order,) = orders
        assert order.status == "PAID", f"expected order {number} to be PAID in the database, got {order.status}"
        assert order.paid_at is not None, f"expected order {number} to have a time of payment, got none"
        stored = (order.currency, order.items_cents, order.shipping_cents, order.total_cents, order.refunded_cents)
        expected = ("EUR", totals.items, totals.shipping, totals.total, 0)
        assert stored == expected, f"expected the amounts of the pages, {expected}, in the database, got {stored}"
        assert ledger.payments_of(order) == {order.payment}, (
            f"expected one payment, {order.payment}, got {ledger.payments_of(order)}"
        )
        line = ItemRow(made.title, made.year, PRODUCT, COPIES, items // COPIES)
        assert ledger.items_of(order) == [line], f"expected {line} as the only line, got {ledger.items_of(order)}"
        steps = ledger.steps_of(order)
        assert steps == [("PLACED", "customer"), ("PAID", "payment")], f"expected placed, then paid once, got {steps}"
    with step("the cart is empty again"):
        CartPage(guest.page).open()
        CartPage(guest.page).expect_empty()
    with step("the PDF holds what was written"):
        OrdersPage(guest.page).open()
        file = OrdersPage(guest.page).open_order(number).download_pdf(made.title, journey.folder / "order.pdf")
        journey.evidence.append(file)
        pages = pages_of(file)
        assert len(pages) == SHEETS, f"expected a title page and twelve months, got {len(pages)} pages"
        for wanted in (made.title, str(made.year)):
            assert wanted in pages[0], f"expected “{wanted}” on the title page of the PDF, got “{pages[0]}”"
        months = [text for text in pages[1:] if made.event in text]
        assert len(months) == 1, f"expected “{made.event}” on one month's page of the PDF, got it on {len(months)}"
    with step("one letter says so"):
        mailbox.wait_for_letter(person.email, str(number))
        # once the worker has written down that it was sent, no second one is on its way
        letters = wait_for(lambda: ledger.letters_of(order), lambda rows: ("confirmation", "SENT") in rows,
                           f"the confirmation of order {number} to be sent")  # fmt: skip
        assert letters == [("confirmation", "SENT")], f"expected one confirmation, got {letters}"
        received = mailbox.letters_to(person.email)
        assert len(received) == 1, f"expected one letter to {person.email}, got {[one.subject for one in received]}"
        total = f"{totals.total / 100:.2f}"
        for wanted in (str(number), made.title, total, order.id):
            assert wanted in received[0].text, f"expected “{wanted}” in the letter, got “{received[0].text}”"
