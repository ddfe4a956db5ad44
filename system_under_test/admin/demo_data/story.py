"""The rows of a whole shop, made from one source of randomness: the same seed tells the same story."""

import random
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from system_under_test.accounts.identity import account_owner
from system_under_test.admin.demo_data.fates import choose_end, steps_to
from system_under_test.admin.demo_data.papers import Papers
from system_under_test.admin.demo_data.people import Person, make_person
from system_under_test.admin.demo_data.rows import Row, Rows
from system_under_test.orders.states import OrderStatus
from system_under_test.products.money import CURRENCY, tax_within
from system_under_test.products.shipping import COUNTRIES
from system_under_test.products.tables import Product
from system_under_test.templates_catalog.tables import Template

ISSUER = "https://demonstration.example"
_TITLES = (
    "Our year", "Grandma's kitchen", "The Bergers", "Allotment 14", "Hallway", "For Oma 🌻", "House by the sea",
    "Team calendar", "School year", "Birthdays & bin days", "Choir", "Flat 3b",
)  # fmt: skip


class Story:
    """Tells what happened in the ``days`` before ``until``."""

    def __init__(
        self, seed: int, until: datetime, days: int, templates: Sequence[Template], products: Sequence[Product]
    ) -> None:
        self.rows = Rows()
        self.seed, self.until, self.days = seed, until, days
        self.rng = random.Random(seed)  # noqa: S311 - a story, no secret
        self.templates, self.products = templates, products
        self.admin_id = self.new_id()
        self.papers = Papers(self.rng, self.rows, self.admin_id)
        self._people = 0

    def new_id(self) -> uuid.UUID:
        """Return an id that follows from the seed."""
        return uuid.UUID(int=self.rng.getrandbits(128), version=4)

    def tell(self, orders: int) -> Rows:
        """Return the rows of ``orders`` orders, and of visitors who did not order."""
        self._account(self.admin_id, make_person(self.rng, self.seed), "admin", self.until - timedelta(days=self.days))
        for index, at in enumerate(self._moments(orders)):
            self._order(at, choose_end(self.rng, self.until - at, index, orders))
        for at in self._moments(orders + orders // 2):
            self._visitor(at)
        # Numbers given by the database follow the clock.
        for written in (self.rows.order_changes, self.rows.audit_log):
            written.sort(key=lambda row: row["created_at"])
        return self.rows

    def _moments(self, count: int) -> list[datetime]:
        """Return times in order: more of them towards the end, at weekends and in the evening."""
        moments: list[datetime] = []
        while len(moments) < count:
            at = self.until - timedelta(days=self.days) * self.rng.betavariate(1.0, 1.35)
            busy = (1.0 if at.weekday() >= 5 else 0.7) * (1.0 if 8 <= at.hour < 23 else 0.15)
            if self.rng.random() < busy:
                moments.append(at)
        return sorted(moments)

    def _account(self, account_id: uuid.UUID, person: Person, role: str, at: datetime) -> str:
        owner = account_owner(account_id)
        self.rows.sessions.append({"id": owner, "created_at": at})
        self.rows.accounts.append(
            {
                "id": account_id, "owner_id": owner, "issuer": ISSUER, "subject": str(account_id),
                "email": person.email, "name": person.name, "role": role, "created_at": at, "updated_at": at,
            }
        )  # fmt: skip
        return owner

    def _owner(self, at: datetime) -> tuple[str, Person]:
        """Return a new owner: two of five have an account, the others are guests."""
        self._people += 1
        person = make_person(self.rng, self._people)
        if self.rng.random() < 0.4:
            return self._account(self.new_id(), person, "customer", at), person
        guest = f"demo{self.new_id().hex[:28]}"
        self.rows.sessions.append({"id": guest, "created_at": at})
        return guest, person

    def _calendar(self, owner: str, at: datetime) -> Row:
        weights = [len(self.templates) - n for n in range(len(self.templates))]
        template = self.rng.choices(self.templates, weights)[0]
        row = {
            "id": self.new_id(), "session_id": owner, "template_slug": template.slug,
            "title": self.rng.choice(_TITLES), "year": template.year, "created_at": at, "updated_at": at,
        }  # fmt: skip
        self.rows.calendars.append(row)
        return row

    def _visitor(self, at: datetime) -> None:
        """Somebody who makes a calendar and perhaps puts it into the cart, no more."""
        owner, _ = self._owner(at)
        calendar = self._calendar(owner, at)
        if self.rng.random() < 0.3:
            later = at + min(timedelta(minutes=self.rng.uniform(4, 40)), (self.until - at) / 2)
            self.rows.cart_items.append(
                {
                    "id": self.new_id(), "owner_id": owner, "calendar_id": calendar["id"],
                    "product_slug": self.rng.choice(self.products).slug, "quantity": 1, "created_at": later,
                }
            )  # fmt: skip

    def _order(self, at: datetime, end: OrderStatus) -> None:
        began = at - timedelta(minutes=self.rng.uniform(6, 90))
        owner, person = self._owner(began)
        steps = steps_to(self.rng, end, at, self.until)
        order: Row = {
            "id": self.new_id(), "owner_id": owner, "status": end, "currency": CURRENCY, "refunded_cents": 0,
            "email": person.email, "created_at": at, "updated_at": steps[-1].at,
            "paid_at": next((step.at for step in steps if step.new is OrderStatus.PAID), None),
            "stripe_session_id": f"cs_test_demo{self.new_id().hex}",
            **{f"ship_{f}": getattr(person, f)
               for f in ("name", "line1", "line2", "postcode", "city", "region", "country")},
        }  # fmt: skip
        paid = order["paid_at"] is not None
        order["stripe_payment_intent"] = f"pi_demo{self.new_id().hex[:24]}" if paid else None
        items = [self._item(order, owner, began, n) for n in range(self.rng.choices((1, 2, 3), (7, 3, 1))[0])]
        order["items_cents"] = sum(item["unit_price_cents"] * item["quantity"] for item in items)
        order["shipping_cents"] = COUNTRIES[person.country].shipping_cents
        order["total_cents"] = order["items_cents"] + order["shipping_cents"]
        order["tax_cents"] = tax_within(order["total_cents"])
        self.rows.orders.append(order)
        self.rows.order_items.extend(items)
        self.papers.write(order, owner, items, steps, self.until)

    def _item(self, order: Row, owner: str, began: datetime, position: int) -> Row:
        calendar = self._calendar(owner, began)
        product = self.rng.choices(self.products, [0.5**n for n in range(len(self.products))])[0]
        return {
            "id": self.new_id(), "order_id": order["id"], "calendar_id": calendar["id"], "position": position,
            "product_slug": product.slug, "product_name": product.name,
            "template_slug": calendar["template_slug"], "title": calendar["title"], "year": calendar["year"],
            "quantity": self.rng.choices((1, 2, 3, 5), (10, 4, 2, 1))[0], "unit_price_cents": product.price_cents,
        }  # fmt: skip
