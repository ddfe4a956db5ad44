"""A customer in a browser, and what the tests of the order pages ask of both."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page, expect
from sqlalchemy import func, insert, select, update

from system_under_test.app.resources import Shop
from system_under_test.guests.cookie import COOKIE_NAME, verify
from system_under_test.orders.tables import Order, OrderChange, OrderItem
from system_under_test.printing.tables import PdfJob
from tests.shop.conftest import RunningApp
from tests.shop.helpers import CREATE
from tests.support import clean_browser

ADD = (
    "mutation AddToCart($id: ID!, $product: String!, $quantity: Int!) {"
    " addToCart(calendarId: $id, product: $product, quantity: $quantity) { count } }"
)
# The states that lead to one, as an order passes through them.
PATHS = {
    "PLACED": ["PLACED"],
    "PAID": ["PLACED", "PAID"],
    "IN_PRODUCTION": ["PLACED", "PAID", "IN_PRODUCTION"],
    "SHIPPED": ["PLACED", "PAID", "IN_PRODUCTION", "SHIPPED"],
    "DELIVERED": ["PLACED", "PAID", "IN_PRODUCTION", "SHIPPED", "DELIVERED"],
    "CANCELLED": ["PLACED", "CANCELLED"],
    "REFUNDED": ["PLACED", "PAID", "REFUNDED"],
}
ADDRESS = {
    "E-mail": "anna@example.com",
    "Name": "Anna Lindqvist",
    "Street and house number": "Lindenstraße 12",
    "Postcode": "10969",
    "Town": "Berlin",
}


class Customer:
    """Somebody with a browser; a fault in the browser's console fails the test unless it is in ``expected``."""

    def __init__(self, page: Page, app: RunningApp) -> None:
        self.page = page
        self.app = app
        self.shop: Shop = app.shop
        self.faults: list[str] = []
        self.operations: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda message: self.faults.append(message.text) if message.type == "error" else None)
        page.on("request", lambda request: self._note(request.url, request.post_data))

    def _note(self, url: str, body: str | None) -> None:
        if url.endswith("/graphql") and body:
            self.operations.append(body.split('"operationName":"')[1].split('"')[0])

    def run(self, query: str, **variables: Any) -> Any:
        answer = self.page.request.post(f"{self.app.url}/graphql", data={"query": query, "variables": variables}).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def new_calendar(self, title: str = "Kitchen table", template: str = "village-year") -> str:
        made: str = self.run(CREATE, input={"templateSlug": template, "title": title})["createCalendar"]["id"]
        return made

    def put_into_cart(self, title: str = "Kitchen table", product: str = "a4-wall", quantity: int = 1) -> None:
        self.run(ADD, id=self.new_calendar(title), product=product, quantity=quantity)

    def open(self, path: str) -> None:
        """Go to a page and wait until its module has drawn it."""
        self.page.goto(self.app.url + path)
        expect(self.page.locator("main [aria-busy]").first).to_have_attribute("aria-busy", "false")

    def fill_address(self, country: str = "DE", **instead: str) -> None:
        for label, value in {**ADDRESS, **instead}.items():
            self.page.get_by_label(label, exact=True).fill(value)
        self.page.get_by_label("Country", exact=True).select_option(country)

    def pay_with_stripe(self) -> None:
        self.page.get_by_role("button", name="Pay with Stripe").click()

    @property
    def owner(self) -> str:
        """What owns this guest's things."""
        value = next(c["value"] for c in self.page.context.cookies() if c["name"] == COOKIE_NAME)
        found = verify(value, self.shop.settings.session_secret.get_secret_value())
        assert found
        return found

    def has_order(self, status: str = "PLACED", titles: tuple[str, ...] = ("Kitchen table",), **more: Any) -> uuid.UUID:
        """Write an order of this guest into the database, as if it had come that far."""
        items_cents = 1990 * len(titles)
        order_id = uuid.uuid4()
        values = {
            "id": order_id, "owner_id": self.owner, "status": status, "currency": "EUR",
            "items_cents": items_cents, "shipping_cents": 490, "total_cents": items_cents + 490, "tax_cents": 396,
            "email": "anna@example.com", "ship_name": "Anna Lindqvist", "ship_line1": "Lindenstraße 12",
            "ship_postcode": "10969", "ship_city": "Berlin", "ship_country": "DE",
            "paid_at": None if status in ("PLACED", "CANCELLED") else "2026-11-20T09:16:00Z",
            "refunded_cents": items_cents + 490 if status == "REFUNDED" else 0, **more,
        }  # fmt: skip
        with self.shop.housekeeping.write() as session:
            session.execute(insert(Order).values(**values))
            for position, title in enumerate(titles):
                session.execute(
                    insert(OrderItem).values(
                        order_id=order_id, position=position, product_slug="a4-wall",
                        product_name="A4 wall calendar", template_slug="village-year", title=title, year=2027,
                        quantity=1, unit_price_cents=1990, document={}, cover="",
                    )
                )  # fmt: skip
            for new in PATHS[status]:
                session.execute(insert(OrderChange).values(order_id=order_id, new_status=new, actor="customer"))
        return order_id

    def has_files(self, order_id: uuid.UUID, status: str, **more: Any) -> None:
        """Write the jobs of an order's print files into the database."""
        with self.shop.housekeeping.write() as session:
            for item in session.scalars(select(OrderItem.id).where(OrderItem.order_id == order_id)).all():
                values = {"session_id": self.owner, "order_item_id": item, "status": status, **more}
                session.execute(insert(PdfJob).values(id=uuid.uuid4(), **values))

    def order_becomes(self, order_id: uuid.UUID, status: str) -> None:
        """Lead an order on, as a webhook or the shop's people would."""
        paid_at = None if status in ("PLACED", "CANCELLED") else func.now()
        with self.shop.housekeeping.write() as session:
            session.execute(update(Order).where(Order.id == order_id).values(status=status, paid_at=paid_at))
            session.execute(insert(OrderChange).values(order_id=order_id, new_status=status, actor="payment"))

    def forgive_lost_connections(self) -> None:
        """Forget what the console says of requests that a test has cut."""
        self.faults = [fault for fault in self.faults if "ERR_FAILED" not in fault]


@contextmanager
def customer_of(app: RunningApp, width: int = 1280, **options: Any) -> Iterator[Customer]:
    """A guest with an own browser who has visited the shop once."""
    options = {"locale": "en-GB", "timezone_id": "Europe/Berlin", **options}
    with clean_browser() as browser:
        page = browser.new_context(viewport={"width": width, "height": 900}, **options).new_page()
        page.set_default_timeout(15_000)
        customer = Customer(page, app)
        yield customer
        assert customer.faults == []
