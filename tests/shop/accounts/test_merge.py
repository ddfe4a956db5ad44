"""At sign-in the guest's things go to the account, once, and nothing gets lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from system_under_test.accounts.id_token import Person as Known
from system_under_test.accounts.identity import account_owner
from system_under_test.accounts.merge import merge_guest
from system_under_test.accounts.service import sign_in
from system_under_test.app.resources import Shop
from system_under_test.carts.tables import CartItem
from system_under_test.orders.changes import lock_order
from system_under_test.orders.states import OrderStatus
from tests.shop.accounts import belongings
from tests.shop.accounts.people import ANNA, Person
from tests.shop.helpers import CALENDAR, CALENDARS, PDF_JOB, REQUEST_PDF, wait_until

NewPerson = Callable[[], Person]
ANNA_KNOWN = Known("https://issuer.example", "1", "anna@example.org", "Anna", False)
# Every column that names an owner.
OWNERS = {
    "calendars": "session_id",
    "pdf_jobs": "session_id",
    "cart_items": "owner_id",
    "orders": "owner_id",
    "placed_keys": "owner_id",
    "sessions": "id",
}


def owners_of(session: Session, table: str) -> list[str]:
    query = text(f"SELECT {OWNERS[table]} FROM {table}")  # noqa: S608 - names of this file
    return list(session.scalars(query))


def test_a_guest_with_calendars_signs_into_an_account_that_has_some(new_person: NewPerson) -> None:
    there = new_person().sign_in()
    there.new_calendar(title="Already there")
    here = new_person()
    calendar_id = here.new_calendar(title="Made as guest")
    here.add(calendar_id, text="Fair")
    job_id = here.data(REQUEST_PDF, id=calendar_id)["requestPdf"]["id"]
    here.sign_in()
    for browser in (here, there):
        titles = {calendar["title"] for calendar in browser.data(CALENDARS)["calendars"]}
        assert titles == {"Already there", "Made as guest"}
        events = browser.data(CALENDAR, id=calendar_id)["calendar"]["events"]
        assert "Fair" in [event["text"] for event in events]
        assert browser.data(PDF_JOB, id=job_id)["pdfJob"]["id"] == job_id
    page = here.client.get("/").text
    assert "Made as guest" in page
    assert "Already there" in page


def test_everything_that_has_an_owner_moves(account_shop: Shop) -> None:
    with account_shop.database.write() as session:
        opened = sign_in(session, ANNA_KNOWN, None)
        account = opened.identity.owner
        theirs = belongings.add_calendar(session, account, "Account's")
        belongings.add_order(session, account, theirs)
        mine = belongings.add_calendar(session, "guest", "Guest's")
        belongings.add_to_cart(session, "guest", mine, 2)
        belongings.add_order(session, "guest", mine, OrderStatus.PLACED)
        belongings.add_job(session, "guest", mine)
        belongings.add_job(session, "guest", None)
        belongings.add_calendar(session, "somebody", "Somebody's")
    with account_shop.database.write() as session:
        sign_in(session, ANNA_KNOWN, "guest")
    with account_shop.database.read() as session:
        for table in OWNERS:
            assert "guest" not in owners_of(session, table), table
            assert account in owners_of(session, table), table
        assert owners_of(session, "calendars").count(account) == 2
        assert owners_of(session, "orders").count(account) == 2
        assert owners_of(session, "placed_keys").count(account) == 2
        assert owners_of(session, "pdf_jobs").count(account) == 4
        assert "somebody" in owners_of(session, "calendars")
        known = text(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name IN ('owner_id', 'session_id')"
        )
        columns = {(table, column) for table, column in session.execute(known)}
        assert columns - {("accounts", "owner_id")} == {(t, c) for t, c in OWNERS.items() if t != "sessions"}, (
            "a new table with an owner must take part in the merge"
        )


def test_quantities_of_the_same_thing_are_added_and_capped(account_shop: Shop) -> None:
    with account_shop.database.write() as session:
        account = sign_in(session, ANNA_KNOWN, None).identity.owner
        one = belongings.add_calendar(session, account, "One")
        two = belongings.add_calendar(session, account, "Two")
        belongings.add_to_cart(session, account, one, 30)
        belongings.add_to_cart(session, account, two, 3)
        other = "a3-wall"
        belongings.add_calendar(session, "guest", "Guest's")
        belongings.add_to_cart(session, "guest", one, 40)
        belongings.add_to_cart(session, "guest", two, 4)
        belongings.add_to_cart(session, "guest", two, 5, other)
    with account_shop.database.write() as session:
        assert merge_guest(session, "guest", account)
        assert not merge_guest(session, "guest", account), "twice does nothing"
    with account_shop.database.read() as session:
        rows = session.execute(
            select(CartItem.owner_id, CartItem.calendar_id, CartItem.product_slug, CartItem.quantity)
        )
        assert {(owner, key, slug): n for owner, key, slug, n in rows} == {
            (account, one, belongings.WALL): 50,
            (account, two, belongings.WALL): 7,
            (account, two, other): 5,
        }


def test_a_key_that_both_have_used_stays_the_accounts(account_shop: Shop) -> None:
    with account_shop.database.write() as session:
        account = sign_in(session, ANNA_KNOWN, None).identity.owner
        for owner in (account, "guest"):
            belongings.add_order(session, owner, belongings.add_calendar(session, owner, owner))
        session.execute(text("UPDATE placed_keys SET key = 'same'"))
        kept = session.scalar(text("SELECT order_id FROM placed_keys WHERE owner_id = :a"), {"a": account})
        merge_guest(session, "guest", account)
        rows = session.execute(text("SELECT owner_id, order_id FROM placed_keys")).all()
        assert [tuple(row) for row in rows] == [(account, kept)]
        assert owners_of(session, "orders") == [account, account]


def test_two_tabs_that_sign_in_at_once_make_one_account_with_everything_once(account_shop: Shop) -> None:
    with account_shop.database.write() as session:
        calendar = belongings.add_calendar(session, "guest", "Guest's")
        belongings.add_to_cart(session, "guest", calendar, 2)
    together = threading.Barrier(4)

    def one_tab(_: int) -> str:
        with account_shop.database.write() as session:
            session.connection()
            together.wait(10)
            return sign_in(session, ANNA_KNOWN, "guest").identity.owner

    with ThreadPoolExecutor(4) as pool:
        owners = set(pool.map(one_tab, range(4)))
    assert len(owners) == 1
    with account_shop.database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM accounts")) == 1
        assert session.scalar(text("SELECT count(*) FROM sign_ins")) == 4
        assert set(owners_of(session, "sessions")) == owners
        assert owners_of(session, "calendars") == list(owners)
        assert session.scalar(text("SELECT quantity FROM cart_items")) == 2


def test_two_people_at_one_guests_browser_share_nothing_twice(account_shop: Shop) -> None:
    with account_shop.database.write() as session:
        belongings.add_calendar(session, "guest", "Guest's")
    together = threading.Barrier(2)

    def sign(subject: str) -> str:
        with account_shop.database.write() as session:
            session.connection()
            together.wait(10)
            return sign_in(
                session, Known("https://issuer.example", subject, f"{subject}@x.example", "", False), "guest"
            ).identity.owner

    with ThreadPoolExecutor(2) as pool:
        owners = set(pool.map(sign, ("a", "b")))
    with account_shop.database.read() as session:
        (owner,) = owners_of(session, "calendars")
        assert owner in owners


def test_a_sign_in_that_fails_in_the_middle_changes_nothing(account_shop: Shop) -> None:
    with account_shop.database.write() as session:
        belongings.add_calendar(session, "guest", "Guest's")
    try:
        with account_shop.database.write() as session:
            sign_in(session, ANNA_KNOWN, "guest")
            raise InterruptedError
    except InterruptedError:
        pass
    with account_shop.database.read() as session:
        assert owners_of(session, "calendars") == ["guest"]
        assert owners_of(session, "sessions") == ["guest"]


def test_signing_in_with_nothing_leaves_no_guest_behind(person: Person, account_shop: Shop) -> None:
    person.client.get("/")
    person.sign_in(ANNA)
    with account_shop.database.read() as session:
        (owner,) = owners_of(session, "sessions")
        (account_id,) = session.scalars(text("SELECT id FROM accounts")).all()
    assert owner == account_owner(account_id)


def test_a_payment_that_arrives_while_its_customer_signs_in(account_shop: Shop) -> None:
    with account_shop.database.write() as session:
        account = sign_in(session, ANNA_KNOWN, None).identity.owner
        calendar = belongings.add_calendar(session, "guest", "Guest's")
        order_id = belongings.add_order(session, "guest", calendar, OrderStatus.PLACED)
    with ThreadPoolExecutor(1) as threads:
        with account_shop.database.write() as payment:
            held = lock_order(payment, order_id)
            merged = threads.submit(_merge, account_shop, account)
            wait_until(lambda: _waiting_for_a_lock(account_shop))
            assert held.owner_id == "guest"
            belongings.add_job(payment, "guest", None)
        assert merged.result(10)
    with account_shop.database.read() as session:
        assert set(owners_of(session, "pdf_jobs")) == {account}


def _merge(shop: Shop, account: str) -> bool:
    with shop.database.write() as session:
        return merge_guest(session, "guest", account)


def _waiting_for_a_lock(shop: Shop) -> bool:
    with shop.housekeeping.read() as session:
        return bool(session.scalar(text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")))
