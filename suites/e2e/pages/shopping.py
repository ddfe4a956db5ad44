"""What several journeys do on their way: make a calendar, order a print of it, pay."""

from __future__ import annotations

from dataclasses import dataclass

from suites.browsing.visitor import Visitor
from suites.e2e.pages.cart import CartPage
from suites.e2e.pages.checkout import CheckoutPage, Totals
from suites.e2e.pages.editor import EditorPage
from suites.e2e.pages.home import HomePage
from suites.e2e.pages.order import OrderPage
from suites.e2e.pages.payment import GOOD_CARD, PaymentPage
from suites.e2e.pages.prints import PrintsDialog
from suites.e2e.people import Person

PRODUCT = "A4 wall calendar"


@dataclass(frozen=True)
class Made:
    """A calendar that somebody made: title and event are unlike any other."""

    title: str
    event: str
    year: int


def make_calendar(visitor: Visitor, person: Person) -> Made:
    """Home → template → a title and an event of the person's own."""
    home, editor = HomePage(visitor.page), EditorPage(visitor.page)
    home.open()
    home.use_template()
    day = editor.day_of_shown_month(15)
    made = Made(title=f"Kitchen {person.mark}", event=f"Tea {person.mark[:6]}", year=int(day[:4]))
    editor.rename(made.title)
    editor.add_event(day, made.event, "🎂")
    editor.expect_saved()
    editor.expect_shown(made.event)
    return made


def put_into_cart(visitor: Visitor, made: Made, copies: int = 1) -> int:
    """Editor → dialog → cart; returns the cents of all copies, as dialog and cart say alike."""
    dialog, cart = PrintsDialog(visitor.page), CartPage(visitor.page)
    dialog.open()
    price = dialog.add(PRODUCT, copies)
    dialog.go_to_cart()
    cart.arrive()
    cart.expect_line(made.title)
    subtotal = cart.subtotal()
    if subtotal != price * copies:
        raise AssertionError(f"expected the cart to ask for {copies} × {price} cents, got {subtotal}")
    return subtotal


def go_to_payment(visitor: Visitor, person: Person) -> Totals:
    """Cart → address → payment page, which asks for what the checkout said; returns that."""
    checkout, payment = CheckoutPage(visitor.page), PaymentPage(visitor.page)
    CartPage(visitor.page).go_to_checkout()
    checkout.arrive()
    checkout.fill(person)
    totals = checkout.totals()
    checkout.go_and_pay()
    payment.arrive()
    if payment.amount() != totals.total:
        raise AssertionError(f"expected the payment page to ask for {totals.total} cents, got {payment.amount()}")
    return totals


def pay(visitor: Visitor, person: Person) -> int:
    """Payment page → confirmation; returns the number of the order."""
    PaymentPage(visitor.page).pay(GOOD_CARD, person.name)
    order = OrderPage(visitor.page)
    number = order.arrive()
    order.expect_paid()
    return number
