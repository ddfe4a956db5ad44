"""The file of everything, and deletion: complete, tested by looking into every table."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert, text

from system_under_test.accounts.identity import account_owner
from system_under_test.admin.tables import AuditEntry
from system_under_test.app.resources import Shop
from system_under_test.db.outbox import OutboxMessage
from system_under_test.db.tables import Base
from system_under_test.orders.states import OrderStatus
from tests.shop.accounts import belongings
from tests.shop.accounts.people import DELETE_ME, ME, Person
from tests.shop.helpers import CALENDARS

NewPerson = Callable[[], Person]
MAIL = "zenobia@example.org"
NAME = "Zenobia Quast"
# Tables of which the export shows nothing, and why.
NOT_EXPORTED = {
    "sessions": "ids only",
    "refresh_tokens": "secrets",
    "placed_keys": "keys and digests that the browser made up",
    "webhook_events": "what the payment provider says of orders; nothing of people is kept",
    "outbox": "ids only",
    "products": "the shop's own",
    "templates": "the shop's own",
    "feature_flags": "the shop's own",
}
EXPORTED = {
    "accounts": "profile",
    "sign_ins": "sign_ins",
    "calendars": "calendars",
    "events": "calendars",
    "cart_items": "cart",
    "pdf_jobs": "pdfs",
    "orders": "orders",
    "order_items": "orders",
    "order_changes": "orders",
    "refunds": "orders",
    "mails": "orders",
    "audit_log": "acts_as_administrator",
}


def whole_database(shop: Shop) -> str:
    """Every row of every table as text."""
    found = []
    with shop.database.read() as session:
        for name in Base.metadata.tables:
            rows = session.scalars(text(f"SELECT to_jsonb(t)::text FROM {name} t"))  # noqa: S608 - the schema's names
            found += [f"{name}: {row}" for row in rows]
    return "\n".join(found)


def account_of(person: Person) -> uuid.UUID:
    return uuid.UUID(person.data(ME)["me"]["id"])


def fill(shop: Shop, person: Person, status: OrderStatus = OrderStatus.DELIVERED) -> None:
    """Give the person something in every table."""
    account_id = account_of(person)
    owner = account_owner(account_id)
    with shop.database.write() as session:
        calendar = belongings.add_calendar(session, owner, "Zenobia Calendar")
        belongings.add_to_cart(session, owner, calendar, 2)
        belongings.add_job(session, owner, calendar)
        belongings.add_job(session, owner, None, status="QUEUED")
        belongings.add_order(session, owner, calendar, status, "Zenobia")
        session.execute(insert(AuditEntry).values(account_id=account_id, action="own_act", details={}))


@pytest.fixture
def zenobia(person: Person, account_shop: Shop) -> Person:
    person.sign_in(MAIL, NAME)
    fill(account_shop, person)
    return person


def leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [leaf for one in value.values() for leaf in leaves(one)]
    if isinstance(value, list):
        return [leaf for one in value for leaf in leaves(one)]
    return [str(value)]


def test_every_table_is_either_exported_or_has_a_reason() -> None:
    assert EXPORTED.keys() | NOT_EXPORTED.keys() == set(Base.metadata.tables)
    assert not EXPORTED.keys() & NOT_EXPORTED.keys()


def test_the_file_holds_everything(zenobia: Person, account_shop: Shop, new_person: NewPerson) -> None:
    stranger = new_person().sign_in("jose.nunez@example.org", "José Núñez")
    stranger.new_calendar(title="A stranger's")
    answer = zenobia.export()
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-disposition"].startswith('attachment; filename="village-calendar-')
    assert answer.headers["cache-control"] == "no-store"
    held = answer.json()
    for table, section in EXPORTED.items():
        assert held[section], table
    assert held["profile"]["email"] == MAIL
    assert [calendar["title"] for calendar in held["calendars"]] == ["Zenobia Calendar"]
    assert held["calendars"][0]["events"][0]["text"] == "Day of Zenobia Calendar"
    assert held["cart"][0]["quantity"] == 2
    assert len(held["pdfs"]) == 3
    (order,) = held["orders"]
    assert order["ship_name"] == "Zenobia Shipname"
    assert order["history"][0]["note"] == "Zenobia telephoned"
    assert order["refunds"][0]["amount_cents"] == 100
    assert order["letters"][0]["kind"] == "confirmation"
    assert order["items"][0]["document"] == {"events": ["Zenobia Secret day"]}
    # Whatever the database says of her is in the file, but for pictures, links to pay and notes of the shop's people.
    words = {"zenobia@ship.example", "Zenobia Street 1", "Zenobia Floor", "Zenobia City", "Zenobia Region"}
    words |= {"Zenobia Title", "Zenobia was unhappy", NAME}
    assert words <= set(leaves(held))
    assert "stranger" not in answer.text
    assert "jose" not in answer.text.lower()


def test_the_file_holds_no_secret(zenobia: Person, account_shop: Shop) -> None:
    shown = zenobia.export().text
    with account_shop.database.read() as session:
        digests = list(session.scalars(text("SELECT digest FROM refresh_tokens")))
    for secret in (*digests, zenobia.refresh_token, zenobia.token or "-", "checkout_url", "pay.example", "object_key"):
        assert secret not in shown


def test_an_export_takes_a_fixed_number_of_queries(zenobia: Person, account_shop: Shop) -> None:
    from sqlalchemy import event

    seen: list[str] = []
    listener = lambda *values: seen.append(values[2])  # noqa: E731
    event.listen(account_shop.database.engine, "before_cursor_execute", listener)
    try:
        zenobia.export()
        first = len(seen)
        seen.clear()
        event.remove(account_shop.database.engine, "before_cursor_execute", listener)
        fill(account_shop, zenobia)
        event.listen(account_shop.database.engine, "before_cursor_execute", listener)
        assert len(zenobia.export().json()["orders"]) == 2
        assert len(seen) == first <= 16
    finally:
        event.remove(account_shop.database.engine, "before_cursor_execute", listener)


def test_deletion_leaves_nothing_of_the_person(zenobia: Person, account_shop: Shop) -> None:
    account_id = account_of(zenobia)
    before = whole_database(account_shop)
    for table in EXPORTED.keys() | {"sessions", "refresh_tokens", "placed_keys"}:
        assert f"{table}: " in before, f"without a row in {table} the test proves nothing"
    assert before.lower().count("zenobia") > 15
    assert zenobia.data(DELETE_ME, email=f"  {MAIL.upper()} ") == {"deleteAccount": True}
    after = whole_database(account_shop)
    assert "zenobia" not in after.lower()
    assert "quast" not in after.lower()
    assert account_owner(account_id) not in after
    assert "04109" not in after
    for table in ("accounts", "sign_ins", "refresh_tokens", "sessions", "calendars", "events", "cart_items"):
        assert f"{table}: " not in after, table
    assert zenobia.refused() == "UNAUTHENTICATED"
    assert zenobia.refresh().status_code == 401
    assert zenobia.client.get("/account").status_code == 303


def test_what_the_books_need_stays(zenobia: Person, account_shop: Shop) -> None:
    query = text(
        "SELECT id, number, status, currency, total_cents, tax_cents, ship_country, stripe_payment_intent, paid_at,"
        " created_at FROM orders"
    )
    with account_shop.database.read() as session:
        before = session.execute(query).one()
    zenobia.data(DELETE_ME, email=MAIL)
    with account_shop.database.read() as session:
        assert session.execute(query).one() == before
        order = session.execute(text("SELECT * FROM orders")).one()
        assert order.owner_id is None
        assert (order.ship_name, order.email, order.ship_city) == ("deleted", "deleted", "")
        item = session.execute(text("SELECT * FROM order_items")).one()
        assert (item.title, item.document, item.cover, item.unit_price_cents) == ("deleted", {}, "", 1990)
        assert session.scalar(text("SELECT details FROM audit_log WHERE order_id IS NOT NULL")) == {"to": "DELIVERED"}
        assert session.scalar(text("SELECT status FROM mails")) == "FAILED", "no letter to nobody"


def test_stored_pdfs_are_removed_by_the_worker(
    zenobia: Person, account_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The relay would send the messages away before they can be looked at.
    monkeypatch.setattr(account_shop.relay, "turn", lambda: 0)
    with account_shop.database.read() as session:
        jobs = set(session.scalars(text("SELECT id FROM pdf_jobs")))
    assert len(jobs) == 3
    zenobia.data(DELETE_ME, email=MAIL)
    with account_shop.database.read() as session:
        table = OutboxMessage.__tablename__
        sent = session.execute(text(f"SELECT actor, job_id FROM {table}")).all()  # noqa: S608 - a name of the schema
        assert {(actor, job) for actor, job in sent if actor == "delete_object"} == {("delete_object", j) for j in jobs}
        unfinished = text("SELECT count(*) FROM pdf_jobs WHERE status IN ('QUEUED', 'RUNNING')")
        assert session.scalar(unfinished) == 0, "what waits is not printed any more"


@pytest.mark.parametrize("typed", ["", "zenobia", "somebody@example.org", MAIL + "x", "ｚenobia@example.org"])
def test_deletion_wants_the_right_address(zenobia: Person, typed: str) -> None:
    assert zenobia.code(DELETE_ME, email=typed) == "BAD_INPUT"
    assert zenobia.data(ME)["me"]["email"] == MAIL


@pytest.mark.parametrize("status", [OrderStatus.PAID, OrderStatus.IN_PRODUCTION])
def test_an_account_whose_order_waits_to_be_sent_stays_whole(
    person: Person, account_shop: Shop, status: OrderStatus
) -> None:
    person.sign_in(MAIL, NAME)
    fill(account_shop, person, status)
    before = whole_database(account_shop)
    answer = person.run(DELETE_ME, email=MAIL)
    assert answer["errors"][0]["extensions"]["code"] == "CONFLICT"
    assert "is paid and not sent yet" in answer["errors"][0]["message"]
    assert whole_database(account_shop) == before


@pytest.mark.parametrize("status", [OrderStatus.SHIPPED, OrderStatus.REFUNDED, OrderStatus.CANCELLED])
def test_other_orders_do_not_keep_the_account(person: Person, account_shop: Shop, status: OrderStatus) -> None:
    person.sign_in(MAIL, NAME)
    fill(account_shop, person, status)
    person.data(DELETE_ME, email=MAIL)
    with account_shop.database.read() as session:
        assert session.scalar(text("SELECT status FROM orders")) == status


def test_an_unpaid_order_is_cancelled(person: Person, account_shop: Shop) -> None:
    person.sign_in(MAIL, NAME)
    fill(account_shop, person, OrderStatus.PLACED)
    person.data(DELETE_ME, email=MAIL)
    with account_shop.database.read() as session:
        assert session.scalar(text("SELECT status FROM orders")) == "CANCELLED"
        note = session.scalar(text("SELECT note FROM order_changes ORDER BY id DESC LIMIT 1"))
        assert "is to be refunded" in str(note)


def test_other_people_are_not_touched(zenobia: Person, account_shop: Shop, new_person: NewPerson) -> None:
    other = new_person().sign_in("jose.nunez@example.org", "José Núñez")
    fill(account_shop, other)
    before = other.export().json()
    zenobia.data(DELETE_ME, email=MAIL)
    after = other.export().json()
    assert json.dumps(before | {"exported_at": ""}) == json.dumps(after | {"exported_at": ""})


def test_who_comes_back_is_somebody_new(zenobia: Person, new_person: NewPerson) -> None:
    old = account_of(zenobia)
    zenobia.data(DELETE_ME, email=MAIL)
    again = new_person().sign_in(MAIL, NAME)
    assert account_of(again) != old
    assert again.data(CALENDARS)["calendars"] == []
    assert again.export().json()["orders"] == []


def test_a_request_that_comes_too_late_does_not_bring_the_account_back(zenobia: Person, account_shop: Shop) -> None:
    from sqlalchemy.exc import IntegrityError

    from system_under_test.calendars.service import create_calendar

    owner = account_owner(account_of(zenobia))
    zenobia.data(DELETE_ME, email=MAIL)
    with pytest.raises(IntegrityError), account_shop.database.write() as session:
        create_calendar(session, owner, "village-year", "Zenobia again", None)
    assert "zenobia" not in whole_database(account_shop).lower()
