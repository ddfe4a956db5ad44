"""Where guides say that something is, and how a person comes there. Each is a tab of its own, kept as it was found."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

from playwright.sync_api import Page, expect

from suites.docs.world import UnreachableError, World

EVENT, EMOJI, DAY = "Grandma turns 80", "🎂", 15  # the day is in every month, and in one month only of those shown
GOOD_CARD, DECLINED_CARD = "4242 4242 4242 4242", "4000 0000 0000 0002"
_PDF_MS = 60_000
_DESIGNER, _BUYER, _SHOPPER, _MEMBER, _NEWCOMER = "designer", "buyer", "shopper", "member", "newcomer"


def _went(world: World, who: str, address: str) -> Page:
    page = world.tab(who)
    answer = page.goto(address)  # until its scripts have run
    if answer is None or not answer.ok:
        path = address.removeprefix(world.base_url)
        raise UnreachableError(f"{path} answers {answer.status if answer else 'nothing'}")
    return _settled(page)


def _settled(page: Page) -> Page:
    """Waits until a page that fetches what it shows says that it has it."""
    page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")
    return page


def _plain(who: str, address: str) -> Callable[[World], Page]:
    return lambda world: _went(world, who, address)


def _unfold(page: Page) -> Page:
    """Opens what can be opened, as a reader who looks for something does; lists are filled then."""
    closed = page.locator("details:not([open]) > summary")
    for _ in range(closed.count()):  # one fewer after each click
        closed.first.click()
    page.wait_for_function(
        "() => [...document.querySelectorAll('details select')].every(one => one.closest('[hidden]') || one.length > 1)"
    )
    return page


def _opened_editor(world: World, who: str) -> Page:
    page = _went(world, who, _calendar_of(world, who))
    page.locator("[data-date]").first.wait_for()
    return page


def _calendar_of(world: World, who: str) -> str:
    """Address of the calendar of a guest, begun with the first design."""
    fact = f"{who}'s calendar"
    if fact not in world.facts:
        page = _went(world, who, "/templates")
        page.get_by_role("button", name=re.compile("^Use template ")).first.click()
        page.wait_for_url(re.compile(r"/editor/"))
        world.facts[fact] = page.url.partition("#")[0]
        page.goto("about:blank")  # not closed: that waits without an end for a page that is still on its way
    return world.facts[fact]


def _editor(world: World) -> Page:
    return _unfold(_opened_editor(world, _DESIGNER))


def _editor_events(world: World) -> Page:
    world.at("editor")  # as it is before anything is in it
    page = _opened_editor(world, _DESIGNER)
    cell = page.locator(f'[data-date$="-{DAY:02d}"]').first
    page.get_by_label("Date", exact=True).fill(cell.get_attribute("data-date") or "")
    page.get_by_label("Event text").fill(EVENT)
    page.get_by_label("Emoji", exact=True).fill(EMOJI)
    page.get_by_role("button", name="Save event").click()
    expect(page.get_by_role("status").first).to_have_text("Saved")
    return _unfold(page)


def _editor_pdf(world: World) -> Page:
    world.at("editor-events")
    page = _opened_editor(world, _DESIGNER)
    page.get_by_role("button", name="Make PDF").click()
    expect(page.get_by_role("link", name="Download PDF")).to_be_visible(timeout=_PDF_MS)
    return _unfold(page)


def _editor_holidays(world: World) -> Page:
    """Holidays of a country that has regions."""
    world.at("editor-events")
    page = _unfold(_opened_editor(world, _DESIGNER))
    page.get_by_label("Country", exact=True).select_option(label="Germany")
    expect(page.get_by_label("Region", exact=True)).to_be_visible()
    return page


def _editor_editing(world: World) -> Page:
    """An event is in the form again."""
    world.at("editor-events")
    page = _opened_editor(world, _DESIGNER)
    page.get_by_role("button", name=f"Edit event {EVENT}").first.click()
    expect(page.get_by_label("Event text")).to_have_value(EVENT)
    return page


def _editor_unsaved(world: World) -> Page:
    """A change while the shop cannot be reached."""
    page = _opened_editor(world, _DESIGNER)
    page.route("**/graphql", lambda route: route.abort())
    page.get_by_label("Calendar title").fill("Nobody will keep this")
    page.get_by_label("Calendar title").press("Tab")
    expect(page.locator("#status")).not_to_be_empty()
    return page


def _preview(world: World) -> Page:
    world.at("editor-events")
    return _went(world, _DESIGNER, _calendar_of(world, _DESIGNER).replace("/editor/", "/preview/"))


def _home_calendars(world: World) -> Page:
    _calendar_of(world, _DESIGNER)
    return _went(world, _DESIGNER, "/")


def _offered(world: World, who: str) -> Page:
    page = _opened_editor(world, who)
    page.get_by_role("button", name="Order prints").click()
    expect(page.get_by_role("button", name="Add to cart")).to_be_visible()
    return page


def _added(world: World, who: str) -> Page:
    page = _offered(world, who)
    page.get_by_role("button", name="Add to cart").click()
    expect(page.get_by_role("link", name="Go to cart")).to_be_visible()
    return page


def _prints(world: World) -> Page:
    return _offered(world, _BUYER)


def _prints_added(world: World) -> Page:
    world.at("prints")
    return _added(world, _BUYER)


def _cart(world: World) -> Page:
    world.at("prints-added")
    page = _went(world, _BUYER, "/cart")
    expect(page.get_by_role("link", name="Go to checkout")).to_be_visible()
    return page


def _cart_removed(world: World) -> Page:
    """Somebody has just taken out the only thing that was in their cart."""
    _added(world, _SHOPPER)
    page = _went(world, _SHOPPER, "/cart")
    page.get_by_role("button", name=re.compile("^Remove")).click()
    expect(page.get_by_role("button", name="Remove")).to_have_count(0)
    return page


def _checkout_region(world: World) -> Page:
    """The address of a country whose post asks for a region."""
    world.at("cart")
    page = _went(world, _BUYER, "/checkout")
    _choose_country(page, "United States")
    expect(page.get_by_label("Region", exact=True)).to_be_visible()
    return page


def _choose_country(page: Page, name: str) -> None:
    """Its option also tells the price of shipping."""
    country = page.get_by_label("Country", exact=True)
    country.select_option(value=country.locator("option", has_text=name).first.get_attribute("value"))


def _checkout(world: World) -> Page:
    world.at("cart")
    page = _went(world, _BUYER, "/checkout")
    expect(page.get_by_role("button", name="Pay with Stripe")).to_be_visible()
    return page


def _payment(world: World) -> Page:
    world.at("checkout")
    page = _went(world, _BUYER, "/checkout")
    page.get_by_label("E-mail", exact=True).fill("grandchild@example.org")
    page.get_by_label("Name", exact=True).fill("Greta Grandchild")
    _choose_country(page, "Germany")
    page.get_by_label("Street and house number").fill("Lindenweg 5")
    page.get_by_label("Postcode").fill("50667")
    page.get_by_label("Town").fill("Köln")
    page.get_by_role("button", name="Pay with Stripe").click()
    page.wait_for_url(lambda url: not url.startswith(world.base_url))
    page.get_by_label("Card number").wait_for()
    world.facts["payment"] = page.url
    return page


def _pay(world: World, card: str) -> Page:
    world.at("payment")
    page = world.tab(_BUYER)
    page.goto(world.facts["payment"])
    for label, value in (("Card number", card), ("Expiry date", "12 / 40"), ("CVC", "123"), ("Name on card", "Greta")):
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name=re.compile("^Pay ")).click()
    return page


def _payment_declined(world: World) -> Page:
    page = _pay(world, DECLINED_CARD)
    expect(page.get_by_role("alert")).to_contain_text("declined")
    return page


def _order_unpaid(world: World) -> Page:
    world.at("payment")
    page = _went(world, _BUYER, "/orders")
    page.locator('main a[href*="/orders/"]').first.click()
    expect(page.get_by_role("button", name="Pay now")).to_be_visible()
    return page


def _order(world: World) -> Page:
    page = _pay(world, GOOD_CARD)
    page.wait_for_url(re.compile(r"/orders/"))
    # said once the shop has heard of the payment; the files for printing follow
    expect(page.get_by_role("link", name=re.compile("PDF")).first).to_be_visible(timeout=_PDF_MS)
    return page


def _orders(world: World) -> Page:
    world.at("order")
    return _went(world, _BUYER, "/orders")


def _sign_in(world: World) -> Page:
    page = _went(world, _NEWCOMER, "/auth/sign-in?next=/account")
    expect(page.get_by_role("button", name="Continue", exact=True)).to_be_visible()
    return page


def _account(world: World) -> Page:
    _calendar_of(world, _MEMBER)
    page = _went(world, _MEMBER, "/auth/sign-in?next=/account")
    page.get_by_label("E-mail").fill(f"docs-{uuid.uuid4().hex[:12]}@example.org")
    page.get_by_label("Name", exact=True).fill("Greta Grandchild")
    page.get_by_role("button", name="Continue", exact=True).click()
    page.wait_for_url(re.compile(r"/account$"))
    return _unfold(page)


# In an order in which each leaves the others as they are: what is paid cannot be declined any more.
PLACES: dict[str, Callable[[World], Page]] = {
    "home": _plain(_NEWCOMER, "/"),
    "templates": _plain(_NEWCOMER, "/templates"),
    "status": _plain(_NEWCOMER, "/status"),
    "help": _plain(_NEWCOMER, "/help"),
    "cart-empty": _plain(_NEWCOMER, "/cart"),
    "orders-empty": _plain(_NEWCOMER, "/orders"),
    "sign-in": _sign_in,
    "editor": _editor,
    "editor-events": _editor_events,
    "editor-pdf": _editor_pdf,
    "editor-editing": _editor_editing,
    "editor-holidays": _editor_holidays,
    "editor-unsaved": _editor_unsaved,
    "preview": _preview,
    "home-calendars": _home_calendars,
    "prints": _prints,
    "prints-added": _prints_added,
    "cart": _cart,
    "cart-removed": _cart_removed,
    "checkout": _checkout,
    "checkout-region": _checkout_region,
    "payment": _payment,
    "payment-declined": _payment_declined,
    "order-unpaid": _order_unpaid,
    "order": _order,
    "orders": _orders,
    "account": _account,
}
ANY = "any"
ON_EVERY_PAGE = ("home", "templates", "status", "help", "cart-empty", "editor")  # what stands for `any`
NAMES = (*PLACES, ANY)
