"""The main pages as they stand: axe, and what has changed to the eye. Pictures of the guides are taken here too."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from suites.browsing.visitor import Visitor
from suites.e2e.fixtures import Step
from suites.e2e.looking import Look
from suites.e2e.pages.account import AccountPage
from suites.e2e.pages.cart import CartPage
from suites.e2e.pages.checkout import CheckoutPage
from suites.e2e.pages.editor import EditorPage
from suites.e2e.pages.home import HomePage
from suites.e2e.pages.order import OrdersPage
from suites.e2e.pages.printing import MAKING_MS, PdfDesk
from suites.e2e.pages.prints import PrintsDialog
from suites.e2e.pages.shopping import PRODUCT, pay
from suites.e2e.pages.sign_in import Session
from suites.e2e.people import Person, new_person

DESIGN, TITLE, BIRTHDAY = "Village Year", "Our kitchen", "Grandma turns 80"
# Pages that nobody needs to make anything for.
PLAIN = {
    "cart-empty": "/cart",
    "help": "/help",
    "help-getting-started": "/help/getting-started",
    "help-search": "/help/search?q=emoji",
    "terms": "/legal/terms",
    "privacy": "/legal/privacy",
}


def unlike_any_other(page: Page, person: Person) -> list[Locator]:
    """Moments, order numbers and the person's own address, which differ from run to run."""
    return [page.locator("time"), page.get_by_text(person.email), page.get_by_text(re.compile(r"^Order \d+$"))]


@pytest.mark.journey("main-pages", criteria=["T6.1"])
def test_main_pages(step: Step, guest: Visitor, look: Look) -> None:
    """What a guest sees before anything is ordered."""
    page, home, editor, desk = guest.page, HomePage(guest.page), EditorPage(guest.page), PdfDesk(guest.page)
    with step("home"):
        home.open()
        choose = page.get_by_role("link", name="Choose a design")
        look.at(guest, "home", picture="getting-started-1", showing=760, marks=[choose])
    with step("designs"):
        page.goto("/templates")
        card = home.cards.filter(has=page.get_by_role("heading", name=DESIGN, exact=True))
        look.at(guest, "templates", picture="getting-started-2", showing=card, marks=[card.get_by_role("button")])
    for name, path in PLAIN.items():
        with step(name):
            page.goto(path)
            page.wait_for_load_state("networkidle")
            look.at(guest, name, hide=[page.locator("main img")])  # the guides' pictures are looked at by themselves
    with step("a page that does not exist", allow_console=[r"status of 404"]):
        page.goto("/no-such-page")
        look.at(guest, "not-found")
    with step("an empty editor"):
        home.open()
        home.use_template()
        editor.rename(TITLE)
        marks = [page.get_by_label("Calendar title"), page.get_by_role("status").filter(has_text="Saved")]
        look.at(guest, "editor-empty", picture="getting-started-3", showing=480, marks=marks)
    with step("an editor with an event"):
        day = editor.day_of_shown_month(15)
        editor.add_event(day, BIRTHDAY, "🎂")
        editor.expect_saved()
        editor.expect_shown(BIRTHDAY)
        marks = [page.locator(f'[data-date="{day}"]').first, page.locator("#event-form"), editor.preview]
        look.at(guest, "editor-event", picture="getting-started-4", showing=1180, marks=marks)
    with step("a PDF that is ready"):
        desk.make()
        link = page.get_by_role("link", name="Download PDF")
        look.at(guest, "editor-pdf", picture="getting-started-6", showing=320, marks=[link])
    with step("the whole year"):
        page.get_by_role("link", name="Whole year").click()
        back = page.get_by_role("link", name="Back to the editor")
        back.wait_for()
        page.wait_for_load_state("networkidle")
        look.at(guest, "preview", picture="getting-started-5", showing=760, marks=[back])


@pytest.mark.journey("main-pages-customer", criteria=["T6.1"])
def test_main_pages_of_a_customer(step: Step, guest: Visitor, look: Look) -> None:
    """What a customer sees: cart, checkout, the paid order, the account."""
    page, person = guest.page, new_person("Karl Brandt")
    home, editor, dialog = HomePage(page), EditorPage(page), PrintsDialog(page)
    cart, checkout = CartPage(page), CheckoutPage(page)
    with step("a calendar"):
        home.open()
        home.use_template()
        editor.rename(TITLE)
    with step("order prints"):
        dialog.open()
        look.at(guest, "order-prints")
        dialog.add(PRODUCT)
        dialog.go_to_cart()
    with step("cart"):
        cart.arrive()
        cart.expect_line(TITLE)
        look.at(guest, "cart")
    with step("checkout"):
        cart.go_to_checkout()
        checkout.arrive()
        look.at(guest, "checkout")
    with step("a paid order"):
        checkout.fill(person)
        checkout.go_and_pay()
        pay(guest, person)
        file = page.get_by_role("link", name=re.compile(rf"^Download PDF of {TITLE}"))
        expect(file, "expected the order's PDF to be ready").to_be_visible(timeout=MAKING_MS)
        look.at(guest, "order", hide=unlike_any_other(page, person))
    with step("orders"):
        OrdersPage(page).open()
        look.at(guest, "orders", hide=unlike_any_other(page, person))
    with step("account"):
        Session(page).sign_in(person)
        AccountPage(page).open()
        look.at(guest, "account", hide=unlike_any_other(page, person))
